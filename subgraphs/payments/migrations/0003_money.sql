-- +goose Up
-- What an invoice shows of a booking, as its first messages told it: lines are its items with the tax that each price contains.
alter table payable
    add column reference       text  not null default '',
    add column event_title     text  not null default '',
    add column event_starts_at timestamptz,
    add column event_time_zone text  not null default '',
    add column venue           text  not null default '',
    add column lines           jsonb not null default '[]';

-- How a captured amount is shared: fee is the platform's, tax is what the organiser owes the tax office; both go back with refunds, in
-- proportion. kept is what the refund policy leaves with the organiser when the holder cancels, and kept_net the organiser's own part of it.
alter table payment
    add column fee      bigint not null default 0,
    add column tax      bigint not null default 0,
    add column kept     bigint not null default 0,
    add column kept_net bigint not null default 0,
    add constraint payment_shares check (fee between 0 and amount and tax between 0 and amount and kept between 0 and amount and kept_net between 0 and kept);

-- PLATFORM: fees we earned. TAX and REFUND_FEES: of what is owed to an organiser, the tax and the fees of cancellations. DISPUTE: money
-- a bank wants back. PAYOUT: on its way to the organiser. BANK: what left our account.
alter table ledger_account drop constraint ledger_account_kind_check;
alter table ledger_account add constraint ledger_account_kind_check
    check (kind in ('PROVIDER', 'ORGANIZER', 'PLATFORM', 'TAX', 'REFUND_FEES', 'DISPUTE', 'PAYOUT', 'BANK'));
alter table ledger_transfer drop constraint ledger_transfer_kind_check;
alter table ledger_transfer add constraint ledger_transfer_kind_check
    check (kind in ('CAPTURE', 'REFUND', 'DISPUTE', 'KEPT', 'PAYOUT', 'PAID_OUT'));
alter table ledger_transfer alter column payment_id drop not null;
alter table ledger_transfer add column payout_id text collate "C";
alter table ledger_transfer add constraint ledger_transfer_of
    check ((payment_id is null) = (kind in ('PAYOUT', 'PAID_OUT')) and (payout_id is null) = (payment_id is not null));
create unique index ledger_kept_once on ledger_transfer (payment_id) where kind = 'KEPT';
create unique index ledger_payout_once on ledger_transfer (payout_id, kind) where payout_id is not null;

-- The history: what happened with money, one row each, for the buyer, the organiser and exports; never changed. amount is as the organiser
-- sees it: a payment is positive, a refund negative. fee and tax are the parts of it.
create table movement (
    id           text collate "C" primary key,
    kind         text             not null check (kind in ('PAYMENT', 'REFUND', 'DISPUTE', 'PAYOUT')),
    at           timestamptz      not null,
    payment_id   text collate "C",
    booking_id   text collate "C",
    event_id     text collate "C",
    user_id      text collate "C",
    organizer_id text collate "C" not null,
    amount       bigint           not null,
    fee          bigint           not null,
    tax          bigint           not null,
    currency     text             not null
);
create index movement_by_organizer on movement (organizer_id, at desc, id desc);
create index movement_by_user on movement (user_id, at desc, id desc) where user_id is not null;
create index movement_by_event on movement (event_id, at desc, id desc) where event_id is not null;
create index movement_by_booking on movement (booking_id, at desc, id desc) where booking_id is not null;
create trigger movement_append_only before update or delete on movement for each row execute function append_only();
insert into movement (id, kind, at, payment_id, booking_id, event_id, user_id, organizer_id, amount, fee, tax, currency)
    select id, 'PAYMENT', captured_at, id, booking_id, event_id, user_id, organizer_id, amount, 0, 0, currency
    from payment where captured_at is not null
    union all
    select r.id, 'REFUND', r.completed_at, p.id, p.booking_id, p.event_id, p.user_id, p.organizer_id, -r.amount, 0, 0, r.currency
    from refund r join payment p on p.id = r.payment_id where r.status = 'SUCCEEDED';
