-- +goose Up
-- A letter is written when it is sent: until then its words are what they would be now. Room in a page keeps the two changes that every
-- message sees out of the indexes.
alter table message alter column subject drop not null, alter column body_text drop not null, alter column body_html drop not null;
alter table message add constraint message_written check (num_nulls(subject, body_text, body_html) in (0, 3));
alter table message set (fillfactor = 60);
