-- name: SeedCharges :copyfrom
insert into sandbox.charge (key, request_hash, amount, currency, brand, last_four, description, state, return_url, created_at)
values (@key, @request_hash, @amount, @currency, @brand, @last_four, @description, @state, @return_url, @created_at);

-- name: SeedLog :copyfrom
insert into sandbox.log (at, what, charge_key, moved, currency) values (@at, @what, @charge_key, @moved, @currency);
