-- name: OpenAccount :exec
insert into ledger_account (code, kind, owner, currency) values (@code, @kind, @owner, @currency) on conflict (code) do nothing;

-- name: Transfer :exec
insert into ledger_transfer (kind, debit, credit, amount, currency, payment_id, refund_id, payout_id, dispute_id, at)
values (@kind, @debit, @credit, @amount, @currency, @payment_id, @refund_id, @payout_id, @dispute_id, @at);
