import { Repeat, Trash2 } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { useMutation, useQuery } from "urql";
import { LoadMore } from "@/components/load-more";
import { Badge } from "@/components/ui/badge";
import { Button, IconButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Confirm } from "@/components/ui/confirm";
import { toast } from "@/components/ui/toast";
import { When } from "@/components/when";
import { graphql } from "@/gql";
import type { ManagedDatesQuery } from "@/gql/graphql";
import { usePages } from "@/lib/graphql/use-pages";
import { useI18n } from "@/lib/i18n/i18n";
import { eventStates } from "./event-state";
import { SeriesBuilder } from "./series-builder";

const eventQuery = graphql(`
  query EventInSeries($id: ID!) {
    event(id: $id) {
      id
      version
      status
      startsAt
      timeZone
      series {
        id
        dateCount
      }
    }
  }
`);

const datesQuery = graphql(`
  query ManagedDates($id: ID!, $first: Int!, $after: String) {
    series(id: $id) {
      id
      dates(first: $first, after: $after) {
        nodes {
          id
          title
          status
          startsAt
          timeZone
          seriesEdited
          availability {
            event {
              id
            }
            capacity
            available
            revision
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

const publishMutation = graphql(`
  mutation PublishSeries($input: PublishSeriesInput!) {
    publishSeries(input: $input) {
      published
      userErrors {
        message
      }
    }
  }
`);

const dropMutation = graphql(`
  mutation CancelSeriesDate($input: CancelSeriesDateInput!) {
    cancelSeriesDate(input: $input) {
      event {
        id
        status
        version
      }
      userErrors {
        message
      }
    }
  }
`);

type DateOf = NonNullable<ManagedDatesQuery["series"]>["dates"]["nodes"][number];

/** The dates of an event, for who runs it: the way to more of them, or those there are. */
export function SeriesPanel({ eventId }: { eventId: string }) {
  const { say } = useI18n();
  const [building, setBuilding] = useState(false);
  const [{ data }, again] = useQuery({ query: eventQuery, variables: { id: eventId } });
  const event = data?.event;
  if (!event || (event.status === "CANCELLED" && !event.series)) return null;
  if (event.series) return <Dates seriesId={event.series.id} eventId={eventId} />;
  return (
    <Card className="mb-6 flex flex-wrap items-center justify-between gap-4 p-5">
      <p className="max-w-[60ch] text-muted">{say("series.once")}</p>
      <Button onClick={() => setBuilding(true)}>
        <Repeat aria-hidden className="size-4" />
        {say("series.repeat")}
      </Button>
      {building && (
        <SeriesBuilder
          event={event}
          onClose={() => setBuilding(false)}
          onDone={() => {
            setBuilding(false);
            again({ requestPolicy: "network-only" });
          }}
        />
      )}
    </Card>
  );
}

function Dates({ seriesId, eventId }: { seriesId: string; eventId: string }) {
  const { say, format } = useI18n();
  const list = usePages(datesQuery, { id: seriesId }, 20, (data) => data.series?.dates);
  const [{ fetching: publishing }, publish] = useMutation(publishMutation);
  const [{ fetching: dropping }, drop] = useMutation(dropMutation);
  const [leaving, setLeaving] = useState<DateOf>();
  const [problem, setProblem] = useState("");

  const goPublic = async () => {
    const { data } = await publish({ input: { id: seriesId } });
    if (!data) return toast(say("failure.sentence"));
    const { published, userErrors } = data.publishSeries;
    toast(
      userErrors.map(({ message }) => message).join(" ") || say("series.published", { count: published }),
    );
    list.again();
  };
  const takeOut = async (date: DateOf) => {
    setProblem("");
    const { data } = await drop({ input: { eventId: date.id } });
    const wrong = data?.cancelSeriesDate.userErrors;
    if (!wrong) return setProblem(say("failure.sentence"));
    if (wrong.length > 0) return setProblem(wrong.map(({ message }) => message).join(" "));
    setLeaving(undefined);
    toast(say("series.dropped"));
    list.again();
  };
  const day = leaving ? format.day(leaving.startsAt, leaving.timeZone) : "";
  return (
    <Card className="mb-6 p-5">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="font-display text-title font-bold">{say("series.title")}</h2>
        {list.nodes.some(({ status }) => status === "DRAFT") && (
          <Button look="primary" busy={publishing} onClick={() => void goPublic()}>
            {say("series.publish")}
          </Button>
        )}
      </div>
      <ul className="mt-3 divide-y">
        {list.nodes.map((date) => (
          <li key={date.id} className="flex min-h-14 items-center gap-3 py-1.5">
            <div className="flex min-w-0 grow flex-wrap items-center gap-x-4 gap-y-1">
              <Link
                to={`/manage/events/${date.id}`}
                aria-current={date.id === eventId ? "page" : undefined}
                className="min-h-6 grow font-semibold hover:underline aria-[current]:text-brand"
              >
                <When startsAt={date.startsAt} timeZone={date.timeZone} />
              </Link>
              {date.seriesEdited && <Badge>{say("series.edited")}</Badge>}
              {date.status !== "PUBLISHED" && (
                <Badge tone={eventStates[date.status].tone}>{say(eventStates[date.status].name)}</Badge>
              )}
              {date.status === "PUBLISHED" && date.availability && (
                <span className="text-sm text-muted tabular-nums">
                  {say("series.seats", { count: date.availability.available })}
                </span>
              )}
            </div>
            {date.status !== "CANCELLED" && date.id !== eventId && (
              <IconButton
                label={say("series.drop", { day: format.day(date.startsAt, date.timeZone) })}
                onClick={() => setLeaving(date)}
              >
                <Trash2 aria-hidden className="size-4" />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
      <LoadMore list={list} />
      <Confirm
        open={leaving !== undefined}
        onOpenChange={(open) => !open && setLeaving(undefined)}
        title={say("series.dropTitle", { day })}
        description={say("series.dropText")}
        action={say("series.dropAction")}
        busy={dropping}
        error={problem}
        onConfirm={() => leaving && void takeOut(leaving)}
      />
    </Card>
  );
}
