-- +goose Up
-- The lines of a captured payment, each with the tax and the platform's fee in it, and what of each line a refund takes back: tax and fee
-- of a refund are the sums of its lines, in the ledger, in the history and on the credit note. Lines of a payment captured before this
-- version are taken from its payable; one that was refunded in part before has a single line.
alter table payment add column lines jsonb;
alter table refund
    add column lines jsonb,
    add column fee   bigint not null default 0 check (fee between 0 and amount),
    add column tax   bigint not null default 0 check (tax between 0 and amount);
update refund r set fee = -m.fee, tax = -m.tax from movement m where m.id = r.id and m.kind = 'REFUND';
update refund r set fee = div(p.fee::numeric * r.amount, p.amount), tax = div(p.tax::numeric * r.amount, p.amount)
from payment p where p.id = r.payment_id and r.status <> 'SUCCEEDED';
update refund set lines = jsonb_build_array(jsonb_build_object('line', 0, 'amount', amount, 'tax', tax, 'fee', fee));
update payment set lines = jsonb_build_array(jsonb_build_object('name', description, 'quantity', 1, 'unitAmount', amount, 'amount', amount, 'taxRate', 0, 'taxName', '', 'tax', tax, 'fee', fee))
where refunding > 0;

alter table refund drop constraint refund_reason_check;
alter table refund add constraint refund_reason_check
    check (reason in ('BOOKING_CANCELLED', 'TICKETS_RETURNED', 'PAID_TOO_LATE', 'ORGANIZER', 'EVENT_CANCELLED'));

-- What the refund policy left with the organiser, one row for each cancellation: the same cause keeps once. kept is what was kept then.
create table kept (
    payment_id text collate "C" not null references payment,
    cause      text collate "C" not null,
    kept       bigint           not null check (kept >= 0),
    at         timestamptz      not null,
    primary key (payment_id, cause)
);
insert into kept select id, 'booking.cancelled', kept, captured_at from payment where kept > 0;
drop index ledger_kept_once;
