-- +goose Up
-- The categories every installation begins with.
insert into category (id, slug, name) values
    ('cat_01kdvdna00f3ptchhepyqky3r0', 'live-music', 'Live music'),
    ('cat_01kdvdna00eyasrykzwe4z62gv', 'theatre', 'Theatre'),
    ('cat_01kdvdna00ed1t1ad8tscv9teh', 'comedy', 'Comedy'),
    ('cat_01kdvdna00efds6jbm23ga5jsa', 'tech', 'Tech'),
    ('cat_01kdvdna00e6avp6jcqc2t06qy', 'workshops', 'Workshops'),
    ('cat_01kdvdna00e1bspw2sv94egy8x', 'food-drink', 'Food & drink'),
    ('cat_01kdvdna00ebcbfcpt4xjb5scd', 'sports', 'Sports'),
    ('cat_01kdvdna00edttkdgmap4vmx4p', 'family', 'Family'),
    ('cat_01kdvdna00ejftet4vt1a3k349', 'film', 'Film'),
    ('cat_01kdvdna00eydt5bdec5xdwttn', 'art', 'Art & exhibitions')
on conflict do nothing;
