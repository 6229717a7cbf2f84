-- +goose Up
-- What was to go back while the buyer's bank disputed the payment: it goes when the dispute is won. Without an amount it is all that is
-- left then.
create table stopped_refund (
    payment_id text        collate "C" not null references payment,
    cause      text        not null,
    reason     text        not null,
    amount     bigint      check (amount > 0),
    at         timestamptz not null,
    primary key (payment_id, cause)
);
