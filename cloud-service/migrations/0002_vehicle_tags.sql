-- A second identity beside the plate: tags on the vehicle in hexadecimal, cards of its drivers in their printed digits.
alter table vehicle
  add column tags text[] not null default '{}' check (cardinality(tags) <= 8),
  add column cards text[] not null default '{}' check (cardinality(cards) <= 8);
