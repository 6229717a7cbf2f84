-- name: PutQuestionSet :exec
insert into question_set (id, questions) values (sqlc.arg(id), sqlc.arg(questions)) on conflict (id) do nothing;

-- name: SetAsks :exec
update event set asks = sqlc.arg(asks) where id = sqlc.arg(id);

-- name: QuestionSets :many
select * from question_set where id = any(sqlc.arg(ids)::text[]);

-- name: QuestionSetsOfEvent :many
-- All that its bookings were asked, the newest first.
select asked::text as id from booking where event_id = sqlc.arg(event_id) and asked <> '' and confirmed_at is not null
group by asked order by max(created_at) desc, asked;

-- name: SetAsked :batchexec
update booking set asked = sqlc.arg(asked), answers_missing = sqlc.arg(answers_missing) where id = sqlc.arg(id);

-- name: SetNamed :batchexec
update booking set named = true, answers_missing = sqlc.arg(answers_missing) where id = sqlc.arg(id);

-- name: DropGuests :exec
delete from guest where booking_id = any(sqlc.arg(booking_ids)::text[]);

-- name: InsertGuest :batchexec
insert into guest (booking_id, ticket_type_id, position, name, email, answers)
values (sqlc.arg(booking_id), sqlc.arg(ticket_type_id), sqlc.arg(position), sqlc.arg(name), sqlc.arg(email), sqlc.arg(answers));

-- name: PutOrderAnswers :batchexec
insert into order_answer (booking_id, answers) values (sqlc.arg(booking_id), sqlc.arg(answers))
on conflict (booking_id) do update set answers = excluded.answers;

-- name: GuestsOfBookings :many
select * from guest where booking_id = any(sqlc.arg(booking_ids)::text[]) order by booking_id, ticket_type_id, position;

-- name: OrderAnswersOfBookings :many
select * from order_answer where booking_id = any(sqlc.arg(booking_ids)::text[]);

-- name: TicketsOfEvent :many
-- Those that are not void, of the newest booking first, in the order of each booking.
select t.id, t.position, b.id as booking_id, b.created_at from booking b join ticket t on t.booking_id = b.id
where b.event_id = sqlc.arg(event_id) and b.status = 'CONFIRMED' and t.status <> 'VOID'
  and (sqlc.narg(after_at)::timestamptz is null or (b.created_at, b.id) < (sqlc.narg(after_at), sqlc.arg(after_id)::text collate "C")
       or (b.created_at, b.id) = (sqlc.narg(after_at), sqlc.arg(after_id)::text collate "C") and t.position > sqlc.arg(after_position)::int)
order by b.created_at desc, b.id desc, t.position limit sqlc.arg(at_most);
