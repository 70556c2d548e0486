/*
 * The receipt protocol of DESIGN.md D6 and D7 as one agent and its cloud speak it: numbered records, windows of batches, receipts with the
 * range that is asked for, heads in every hello, crashes of either side, a cloud put back to its backup, and a broker that loses, repeats
 * and reorders. What is written in a block is what is durable together. Claims at the end; each `#ifdef` is a mistake that a claim catches.
 *
 * Left out, because numbers alone say it: hashes and signatures, the content of records, epochs. The agent's own restore begins an epoch,
 * and an epoch is a new copy of this protocol.
 */
#ifndef RECORDS
#define RECORDS 3
#endif
#define WINDOW 2 /* batches ahead of the receipts; four in the product */
#define QUEUE 2  /* messages under way in each direction */
#ifndef FAULTS
#define FAULTS 2 /* in one run, of any kinds: a message lost, repeated or overtaken, a crash of either side, a backup put back */
#endif

mtype = { batch, hello };
chan up = [QUEUE] of { mtype, byte, byte }; /* batch: first, last; hello: head, 0 */
chan down = [QUEUE] of { byte, byte };      /* a receipt: upto, and the last record that is asked for, or 0 */

/* On the agent's disk: how many are written, how far they are receipted, how many were dropped as old. */
byte written = 0, receipted = 0, pruned = 0;
/* In the cloud's database, and in its newest backup. */
byte committed = 0, backup = 0;
/* For the claims only: the most that was ever committed. */
byte ever = 0;

byte faults = 0;

inline rewind() {
  next = receipted + 1;
  underway = 0
}

active proctype Edge() {
  byte next = 1, underway = 0, doubted = 0, last = 0, upto = 0, asked = 0;
  do
  :: written < RECORDS -> written++
  :: atomic {
       next <= written && underway < WINDOW && len(up) < QUEUE ->
       if
       :: last = next
       :: last = written
       fi;
       up!batch(next, last);
#ifdef PRUNE_ON_PUBACK
       receipted = last;
       pruned = last;
#endif
       next = last + 1;
       underway++;
       last = 0
     }
  :: atomic {
       down?upto, asked ->
       assert(upto <= written);
       if
       :: upto > receipted ->
          receipted = upto;
          doubted = 0;
          if
          :: next <= receipted + 1 -> rewind()
          :: else -> underway = 1
          fi
       :: upto == receipted -> doubted = 0
       :: upto < receipted && (doubted != upto + 1 || upto < pruned) -> doubted = upto + 1
#ifndef NEVER_BELIEVES
       /* Said again: the cloud was put back, or mail is late. No mail is as old as what was dropped. */
       :: upto < receipted && doubted == upto + 1 && upto >= pruned ->
          receipted = upto;
          doubted = 0;
          rewind()
#else
       :: upto < receipted && doubted == upto + 1 && upto >= pruned -> skip
#endif
       fi;
       if
       :: asked > receipted -> rewind()
       :: true -> skip /* the answer to what is under way may still come first */
       fi;
       upto = 0;
       asked = 0
     }
  /* Rule R8: old records stay as long as the oldest backup may be put back. */
#ifdef PRUNE_EARLY
  :: pruned < receipted -> pruned++
#else
  :: pruned < receipted && pruned < backup -> pruned++
#endif
  /* Nothing more comes: the wait for a receipt is over, and the ten seconds are. */
  :: timeout ->
     atomic {
       rewind();
#ifndef NO_HELLO
       up!hello(written, 0)
#endif
     }
  :: atomic {
       faults < FAULTS ->
       faults++;
       doubted = 0;
       rewind()
     }
  od
}

active proctype Cloud() {
  mtype kind;
  byte first = 0, last = 0;
idle:
  atomic {
    len(up) > 0 && len(down) < QUEUE ->
    up?kind(first, last);
    if
    :: kind == hello && first > committed -> down!committed, first
    :: kind == hello && first <= committed -> down!committed, 0
    :: kind == batch && first > committed + 1 -> down!committed, last
    :: kind == batch && last <= committed -> down!committed, 0
    :: kind == batch && first <= committed + 1 && last > committed ->
#ifdef RECEIPT_BEFORE_COMMIT
       down!last, 0;
#endif
       goto storing
    fi;
    first = 0;
    last = 0;
    goto idle
  }
storing:
  atomic {
    if
    /* Dies before its COMMIT: nothing of it stands. */
    :: faults < FAULTS -> faults++; first = 0; last = 0; goto idle
    /* The one transaction; refused where the cursor is no longer where it was believed to be. */
    :: first <= committed + 1 && last > committed ->
       committed = last;
       if
       :: committed > ever -> ever = committed
       :: else
       fi
    :: else
    fi;
    first = 0;
    last = 0
  }
  atomic {
    if
    /* Dies after its COMMIT: nobody hears of it. */
    :: faults < FAULTS -> faults++
    :: len(down) < QUEUE -> down!committed, 0
    fi;
    goto idle
  }
}

/* Takes backups, and puts one back. */
active proctype Operator() {
  do
  :: backup < committed -> backup = committed
  :: atomic { faults < FAULTS && backup < committed -> committed = backup; faults++ }
  od
}

active proctype Network() {
  mtype kind;
  byte a = 0, b = 0;
  do
  :: atomic { faults < FAULTS && len(up) > 0 -> up?kind(a, b); faults++; a = 0; b = 0 }
  :: atomic { faults < FAULTS && len(down) > 0 -> down?a, b; faults++; a = 0; b = 0 }
  :: atomic { faults < FAULTS && len(up) > 0 && len(up) < QUEUE -> up?<kind(a, b)>; up!kind(a, b); faults++; a = 0; b = 0 }
  :: atomic { faults < FAULTS && len(down) > 0 && len(down) < QUEUE -> down?<a, b>; down!a, b; faults++; a = 0; b = 0 }
  :: atomic { faults < FAULTS && len(up) > 1 -> up?kind(a, b); up!kind(a, b); faults++; a = 0; b = 0 }
  :: atomic { faults < FAULTS && len(down) > 1 -> down?a, b; down!a, b; faults++; a = 0; b = 0 }
  od
}

/* What the agent has dropped the cloud has. */
ltl nothing_lost { [] (pruned <= committed) }
/* What counts as delivered was committed. */
ltl receipts_true { [] (receipted <= ever) }
/* Faults end, and then everything is delivered and stays so: no livelock, no last record forgotten. */
ltl all_delivered { <>[] (written == RECORDS && receipted == RECORDS && committed == RECORDS) }
