import { MapPin, Plus } from "lucide-react";
import { useState } from "react";
import { useQuery } from "urql";
import { Button } from "@/components/ui/button";
import { TextField } from "@/components/ui/field";
import { graphql } from "@/gql";
import { useDebounced } from "@/lib/hooks/debounced";
import { useI18n } from "@/lib/i18n/i18n";
import type { EventDraft } from "./event-draft";
import { NewVenue } from "./new-venue";

const venuesQuery = graphql(`
  query VenueSearch($search: String) {
    venues(search: $search, first: 8) {
      nodes {
        id
        name
        address
        city
      }
    }
  }
`);

/** Finds a place by its name or city, or makes a new one. */
export function VenuePicker({
  venue,
  error,
  onChange,
}: {
  venue: EventDraft["venue"];
  error?: string;
  onChange: (venue: EventDraft["venue"]) => void;
}) {
  const { say } = useI18n();
  const [text, setText] = useState("");
  const [making, setMaking] = useState(false);
  const search = useDebounced(text.trim(), 250);
  const [{ data }] = useQuery({
    query: venuesQuery,
    variables: { search: search || null },
    pause: venue !== null,
  });

  if (venue) {
    return (
      <div>
        <p className="mb-1.5 text-sm font-semibold">{say("manage.venue")}</p>
        <div className="flex items-center justify-between gap-3 rounded-control border border-line-strong bg-sunken/50 px-3.5 py-2">
          <span className="flex min-w-0 items-center gap-2">
            <MapPin aria-hidden className="size-4 shrink-0 text-brand" />
            <span className="truncate">
              {venue.name}, {venue.city}
            </span>
          </span>
          <Button size="small" look="quiet" onClick={() => onChange(null)}>
            {say("manage.changeVenue")}
          </Button>
        </div>
        {error && <p className="mt-1.5 text-caption text-bad">{error}</p>}
      </div>
    );
  }
  return (
    <div>
      <TextField
        label={say("manage.venue")}
        placeholder={say("manage.venuePlaceholder")}
        type="search"
        value={text}
        error={error}
        onChange={(event) => setText(event.target.value)}
      />
      <ul className="mt-2 grid gap-1" aria-label={say("manage.venues")}>
        {data?.venues.nodes.map(({ id, name, address, city }) => (
          <li key={id}>
            <button
              type="button"
              onClick={() => onChange({ id, name, city })}
              className="flex w-full items-baseline gap-2 rounded-md px-3 py-2 text-left text-[0.9375rem] hover:bg-sunken"
            >
              <span className="font-semibold">{name}</span>
              <span className="truncate text-sm text-muted">
                {address}, {city}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <Button size="small" look="quiet" className="mt-1 text-brand" onClick={() => setMaking(true)}>
        <Plus aria-hidden className="size-4" />
        {say("manage.newVenue")}
      </Button>
      <NewVenue
        open={making}
        name={text}
        onOpenChange={setMaking}
        onMade={(made) => {
          setMaking(false);
          onChange(made);
        }}
      />
    </div>
  );
}
