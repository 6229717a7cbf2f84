-- name: PutPerson :exec
insert into person (user_id, name, email) values (@user_id, @name, @email)
on conflict (user_id) do update set name = excluded.name, email = excluded.email;

-- name: PersonByID :one
select * from person where user_id = @user_id;

-- name: NextInvoiceNumber :one
insert into invoice_counter (organizer_id, last) values (@organizer_id, 1)
on conflict (organizer_id) do update set last = invoice_counter.last + 1 returning last;

-- name: InvoiceOfPayment :one
select * from invoice where payment_id = @payment_id and kind = 'INVOICE';

-- name: CreditNoteOfRefund :one
select count(*) from invoice where refund_id = @refund_id;

-- name: InsertInvoice :exec
insert into invoice (id, kind, organizer_id, number, payment_id, refund_id, booking_id, user_id, issued_at, document)
values (@id, @kind, @organizer_id, @number, @payment_id, @refund_id, @booking_id, @user_id, @issued_at, @document);

-- name: InvoicesSeenBy :many
select * from invoice where booking_id = @booking_id and (@everything::bool or user_id = @viewer or organizer_id = @viewer) order by number limit 100;

-- name: InvoiceByID :one
select * from invoice where id = @id;

-- name: PutLinkKey :exec
insert into link_key (key) values (@key) on conflict do nothing;

-- name: LinkKey :one
select key from link_key;
