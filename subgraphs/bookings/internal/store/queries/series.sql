-- name: OtherDates :many
-- Dates to come of an event's series, the nearest to it first, that have as many left of a ticket type that everybody can take now.
select o.id
from event e join event o on o.series_id = e.series_id and o.id <> e.id
where e.id = sqlc.arg(event_id) and e.series_id <> '' and o.series_id <> '' and o.status = 'PUBLISHED' and o.starts_at > sqlc.arg(now)
  and exists (select from ticket_type t left join ticket_type h on h.id = t.event_id and h.kind = 'EVENT'
              where t.event_id = o.id and t.kind = 'ADMISSION' and t.visibility = 'PUBLIC' and t.on_sale
                and (t.sales_start is null or t.sales_start <= sqlc.arg(now)) and t.sales_end > sqlc.arg(now)
                and sqlc.arg(quantity)::int between t.min_per_order and t.max_per_order
                and least(t.capacity - t.held - t.sold, h.capacity - h.held - h.sold) >= sqlc.arg(quantity)::int)
order by abs(extract(epoch from o.starts_at - e.starts_at)), o.starts_at, o.id
limit sqlc.arg(most);
