-- name: VoidTicketsByID :exec
update ticket set status = 'VOID' where id = any(sqlc.arg(ids)::text[]);

-- name: DropSeatsOfTickets :exec
delete from booking_seat b using ticket t where t.id = any(sqlc.arg(ids)::text[]) and b.booking_id = t.booking_id and b.seat_id = t.seat_id;

-- name: ShrinkItem :batchexec
update booking_item set quantity = sqlc.arg(quantity), returned = sqlc.arg(returned)
where booking_id = sqlc.arg(booking_id) and ticket_type_id = sqlc.arg(ticket_type_id);

-- name: NoteReturned :batchexec
update booking set revision = sqlc.arg(revision), returned_amount = sqlc.arg(returned_amount), returned_with_fee = sqlc.arg(returned_with_fee) where id = sqlc.arg(id);
