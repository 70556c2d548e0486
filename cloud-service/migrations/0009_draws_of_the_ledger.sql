-- A draw that was kept beside the ledger, because its batch came spoilt, is the ledger's own once the batch comes whole (booklets/keep-draws.ts).
grant update (booklet, serial, drawn_at, received_at, operator, dark_since, beside) on booklet_draw to pitgate_ingest;
