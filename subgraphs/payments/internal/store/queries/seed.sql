-- name: SeedPayables :copyfrom
insert into payable (booking_id, user_id, event_id, organizer_id, amount, currency, description, hold_expires_at, state, revision,
    reference, event_title, event_starts_at, event_time_zone, venue, lines)
values (@booking_id, @user_id, @event_id, @organizer_id, @amount, @currency, @description, @hold_expires_at, @state, @revision,
    @reference, @event_title, @event_starts_at, @event_time_zone, @venue, @lines);

-- name: SeedPayments :copyfrom
insert into payment (id, booking_id, user_id, event_id, organizer_id, provider, brand, last_four, amount, currency, status,
    idempotency_key, request_hash, created_at, captured_at, fee, tax)
values (@id, @booking_id, @user_id, @event_id, @organizer_id, @provider, @brand, @last_four, @amount, @currency, @status,
    @idempotency_key, @request_hash, @created_at, @captured_at, @fee, @tax);

-- name: SeedTransfers :copyfrom
insert into ledger_transfer (kind, debit, credit, amount, currency, payment_id, at)
values (@kind, @debit, @credit, @amount, @currency, @payment_id, @at);
