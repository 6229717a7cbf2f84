-- name: CapturesForStatement :many
select id, amount, currency, (captured_at is not null)::bool as done from payment
where provider = @provider and (id = any(@ids::text[]) or captured_at >= @since::timestamptz and captured_at < @until::timestamptz);

-- name: RefundsForStatement :many
select r.id, r.amount, r.currency, (r.status = 'SUCCEEDED')::bool as done from refund r join payment p on p.id = r.payment_id
where p.provider = @provider and (r.id = any(@ids::text[]) or r.completed_at >= @since::timestamptz and r.completed_at < @until::timestamptz);

-- name: UnsettledPayments :many
select p.id, p.provider, p.amount - p.refunding - p.kept - p.disputed as amount from payment p join payable b using (booking_id)
where p.captured_at < @before::timestamptz and b.state <> 'CONFIRMED' and p.refunding + p.kept + p.disputed < p.amount
order by p.captured_at limit 1000;

-- name: LedgerUnlikePayments :many
select a.code, a.owner, coalesce(e.amount, 0)::bigint as ledger, coalesce(p.amount, 0)::bigint as payments
from ledger_account a
left join (select account, sum(amount) as amount from ledger_entry where kind in ('CAPTURE', 'REFUND') group by 1) e on e.account = a.code
left join (select provider, currency, sum(amount - refunded) as amount from payment where captured_at is not null group by 1, 2) p
    on p.provider = a.owner and p.currency = a.currency
where a.kind = 'PROVIDER' and coalesce(e.amount, 0) <> coalesce(p.amount, 0)
order by a.code limit 1000;

-- name: UnbalancedCurrencies :many
select currency, sum(amount)::bigint as amount from ledger_entry group by currency having sum(amount) <> 0 order by currency;

-- name: LostTwice :many
-- Payments of which more went back than was paid, by refunds and lost disputes together, the last of them since an instant.
select p.id, p.provider, p.amount, (p.refunded + l.amount)::bigint as gone from payment p
join (select payment_id, sum(amount) as amount, max(closed_at) as at from dispute where status = 'LOST' group by 1) l on l.payment_id = p.id
where p.refunded + l.amount > p.amount and (l.at >= @since::timestamptz
    or exists (select from refund r where r.payment_id = p.id and r.completed_at >= @since::timestamptz))
order by p.id limit 1000;

-- name: InsertReconciliation :exec
insert into reconciliation (at, since, until, checked, differences) values (@at, @since, @until, @checked, @differences);

-- name: LastReconciliation :one
select * from reconciliation order by id desc limit 1;
