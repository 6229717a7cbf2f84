package payments

import "testing"

// reconcile compares the sandbox's log, the payments and the ledger, and returns how much money is kept.
func (b *bench) reconcile(t testing.TB) int64 {
	t.Helper()
	b.zero(t, map[string]string{
		"payments unlike the provider's log": `with lost as (select payment_id, sum(amount) amount from dispute where status = 'LOST' group by 1) select count(*) from payment p
			left join (select charge_key, sum(moved) moved from sandbox.log group by 1) l on l.charge_key = p.id
			left join lost on lost.payment_id = p.id
			where coalesce(l.moved, 0) <> case when captured_at is null then 0 else p.amount - refunded - coalesce(lost.amount, 0) end`,
		"charges without a payment":        `select count(*) from sandbox.charge c where not exists (select from payment p where p.id = c.key)`,
		"captured twice":                   `select count(*) from (select from sandbox.log where what = 'CAPTURED' group by charge_key having count(*) > 1) x`,
		"the provider's account unlike it": `select (select coalesce(sum(amount), 0) from ledger_entry where account like 'provider:%') - (select coalesce(sum(moved), 0) from sandbox.log)`,
	})
	return b.agree(t)
}

// agree compares the payments, the refunds, the documents and the ledger, and returns how much money is kept.
func (b *bench) agree(t testing.TB) int64 {
	t.Helper()
	b.zero(t, map[string]string{
		"refunded unlike the refunds":     `select count(*) from payment p where refunded <> (select coalesce(sum(amount), 0) from refund where payment_id = p.id and status = 'SUCCEEDED')`,
		"claimed unlike the refunds":      `select count(*) from payment p where refunding <> (select coalesce(sum(amount), 0) from refund where payment_id = p.id and status <> 'ABANDONED')`,
		"the sum of the ledger":           `select coalesce(sum(amount), 0) from ledger_entry`,
		"bookings with two payments kept": `select count(*) from (select from payment where captured_at is not null and refunded < amount group by booking_id having count(*) > 1) x`,
		"organisers' accounts unlike theirs": `select count(*) from ledger_account a where kind = 'ORGANIZER' and (select coalesce(sum(-amount), 0) from ledger_entry
			where account in (a.code, 'tax:' || a.owner || ':' || a.currency, 'refund_fees:' || a.owner || ':' || a.currency))
			<> (select coalesce(sum(amount - refunded - (fee - (select coalesce(sum(r.fee), 0) from refund r where r.payment_id = payment.id and r.status = 'SUCCEEDED'))), 0) from payment where captured_at is not null and organizer_id = a.owner and currency = a.currency)
			- (select coalesce(sum(d.amount), 0) from dispute d join payment p on p.id = d.payment_id where d.status = 'LOST' and p.organizer_id = a.owner and d.currency = a.currency)`,
		"fees unlike the payments'": `select coalesce(sum(fee - (select coalesce(sum(r.fee), 0) from refund r where r.payment_id = payment.id and r.status = 'SUCCEEDED')), 0) + (select coalesce(sum(amount), 0) from ledger_entry where account like 'platform:%')
			from payment where captured_at is not null`,
		"taxes unlike the payments'": `select coalesce(sum(tax - (select coalesce(sum(r.tax), 0) from refund r where r.payment_id = payment.id and r.status = 'SUCCEEDED')), 0) + (select coalesce(sum(amount), 0) from ledger_entry where account like 'tax:%')
			from payment where captured_at is not null`,
		"kept unlike the payments'": `select coalesce(sum(kept_net - case when kept = 0 then 0 else div(kept_net::numeric * greatest(refunded - (amount - kept), 0), kept) end), 0)
			+ (select coalesce(sum(amount), 0) from ledger_entry where account like 'refund\_fees:%') from payment`,
		"refunds unlike their lines": `select count(*) from refund where (amount, fee, tax) <> (select sum((l->>'amount')::bigint), sum((l->>'fee')::bigint), sum((l->>'tax')::bigint)
			from jsonb_array_elements(lines) l)`,
		"payments unlike their lines": `select count(*) from payment where captured_at is not null and (amount, fee, tax) <> (select sum((l->>'amount')::bigint), sum((l->>'fee')::bigint),
			sum((l->>'tax')::bigint) from jsonb_array_elements(lines) l)`,
		"credit notes unlike the ledger": `select count(*) from invoice i join refund r on r.id = i.refund_id where (document->>'tax')::bigint <> r.tax or (document->>'gross')::bigint <> r.amount
			or r.tax <> (select coalesce(sum(amount), 0) from ledger_transfer where refund_id = r.id and debit like 'tax:%')`,
		"currencies that do not sum to zero": `select count(*) from (select from ledger_entry group by currency having sum(amount) <> 0) x`,
		"the history unlike the payments": `select coalesce(sum(amount), 0) - (select coalesce(sum(amount - refunded), 0) from payment where captured_at is not null)
			from movement where kind in ('PAYMENT', 'REFUND')`,
	})
	return b.number(t, "select coalesce(sum(amount - refunded), 0) from payment where captured_at is not null")
}

// zero complains of every number that is not zero, by its name.
func (b *bench) zero(t testing.TB, numbers map[string]string) {
	t.Helper()
	for what, sql := range numbers {
		if n := b.number(t, sql); n != 0 {
			t.Errorf("%s: %d", what, n)
		}
	}
}
