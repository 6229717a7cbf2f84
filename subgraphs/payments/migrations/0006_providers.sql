-- +goose Up
-- Payments without a card number in the request: tokens, and pages of the provider. Brand and digits may become known with the answer.
alter table payment drop constraint payment_last_four_check;
alter table payment add constraint payment_last_four_check check (last_four ~ '^([0-9]{4})?$');
alter table payment
    add column description text not null default '', -- what the buyer reads at the bank
    add column return_url  text not null default '', -- where the buyer goes on after a page of the provider
    add column reference   text collate "C",         -- the provider's own id of the charge, once it is known
    add column watch_until timestamptz,              -- until when the settle job asks for disputes by itself
    add column disputed    bigint not null default 0 check (disputed between 0 and amount); -- of open and lost disputes: not to be refunded

-- A decision about a charge that only we can carry out, taken once: a provider whose orders cannot be cancelled is told to capture only
-- after CAPTURE was written, and a payment is given up only after ABANDON was.
create table charge_fence (
    payment_id text collate "C" primary key,
    decision   text             not null check (decision in ('CAPTURE', 'ABANDON'))
);

-- A buyer's bank wants the money of a payment back. reference is the provider's id of it.
create table dispute (
    id         text collate "C" primary key,
    payment_id text collate "C" not null references payment,
    reference  text collate "C" not null,
    status     text             not null check (status in ('NEEDS_RESPONSE', 'WON', 'LOST')),
    amount     bigint           not null check (amount > 0),
    currency   text             not null,
    reason     text             not null,
    opened_at  timestamptz      not null,
    closed_at  timestamptz,
    unique (payment_id, reference),
    constraint dispute_closed check ((closed_at is null) = (status = 'NEEDS_RESPONSE'))
);

alter table ledger_transfer add column dispute_id text collate "C" references dispute;
alter table ledger_transfer add constraint ledger_transfer_dispute check ((kind = 'DISPUTE') = (dispute_id is not null));
create unique index ledger_dispute_once on ledger_transfer (dispute_id, debit, credit) where kind = 'DISPUTE';

-- The sandbox disputes charges of some cards by itself.
alter table sandbox.charge
    add column disputed_at    timestamptz, -- when the dispute opens
    add column dispute_ends   timestamptz, -- when it is decided
    add column dispute_won    boolean,
    add constraint charge_dispute check ((disputed_at is null) = (dispute_ends is null) and (disputed_at is null) = (dispute_won is null)),
    add column dispute_logged boolean not null default false; -- whether the chargeback is in the log
alter table sandbox.log drop constraint log_what_check;
alter table sandbox.log add constraint log_what_check
    check (what in ('PENDING', 'REQUIRES_ACTION', 'CAPTURED', 'DECLINED', 'ABANDONED', 'REFUNDED', 'CHARGED_BACK'));
alter table sandbox.log drop constraint log_check1;
alter table sandbox.log add constraint log_moved check (moved = 0 or what in ('CAPTURED', 'REFUNDED', 'CHARGED_BACK'));
