import { Drama } from "lucide-react";
import { useMemo, useState } from "react";
import { useNavigate } from "react-router";
import { useMutation, useQuery } from "urql";
import { QueryFailed } from "@/components/query-state";
import { ButtonLink } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { PageTitle } from "@/components/ui/page-title";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { graphql, readFragment } from "@/gql";
import { useI18n } from "@/lib/i18n/i18n";
import { draftOf, type EventInput, eventFormFragment } from "./event-draft";
import { EventForm } from "./event-form";
import { type SaveScope, SaveScopeField } from "./save-scope";

const editQuery = graphql(`
  query EditEvent($id: ID!) {
    event(id: $id) {
      id
      series {
        id
      }
      ...EventFormParts
    }
  }
`);

const updateSeriesMutation = graphql(`
  mutation UpdateSeries($input: UpdateSeriesInput!) {
    updateSeries(input: $input) {
      changed
      event {
        id
        ...EventFormParts
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`);

const updateMutation = graphql(`
  mutation UpdateEvent($input: UpdateEventInput!) {
    updateEvent(input: $input) {
      event {
        id
        ...EventFormParts
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`);

export function EditEvent({ id }: { id: string }) {
  const { say } = useI18n();
  const navigate = useNavigate();
  const [{ data, error }, again] = useQuery({
    query: editQuery,
    variables: { id },
    requestPolicy: "cache-and-network",
  });
  const [, update] = useMutation(updateMutation);
  const [, updateSeries] = useMutation(updateSeriesMutation);
  const [scope, setScope] = useState<SaveScope>("ONE");
  const event = readFragment(eventFormFragment, data?.event);
  const initial = useMemo(() => (event ? draftOf(event) : null), [event]);
  if (!data && error)
    return <QueryFailed error={error} retry={() => again({ requestPolicy: "network-only" })} />;
  if (!data) {
    return (
      <div role="status" aria-label={say("common.loading")} className="page max-w-3xl py-10">
        <Skeleton className="h-9 w-64" />
        <Skeleton className="mt-8 h-96 rounded-card" />
      </div>
    );
  }
  if (!event || !initial) {
    return (
      <Empty
        icon={Drama}
        title={say("event.notFoundTitle")}
        action={<ButtonLink to="/manage">{say("shell.manage")}</ButtonLink>}
      >
        {say("event.notFoundText")}
      </Empty>
    );
  }
  const saveOne = async (input: EventInput) => {
    const { data: answer } = await update({ input: { id, version: event.version, ...input } });
    return answer && { userErrors: answer.updateEvent.userErrors, message: say("manage.saved") };
  };
  const saveMany = async ({ timeZone: _, ...input }: EventInput, dates: Exclude<SaveScope, "ONE">) => {
    const { data: answer } = await updateSeries({
      input: { eventId: id, version: event.version, scope: dates, ...input },
    });
    if (!answer) return null;
    const { userErrors, changed } = answer.updateSeries;
    return { userErrors, message: say("series.saved", { count: changed }) };
  };
  return (
    <div className="page max-w-3xl py-8 sm:py-10">
      <PageTitle lead={event.title}>{say("manage.editEvent")}</PageTitle>
      {data.event?.series && <SaveScopeField value={scope} onChange={setScope} />}
      <EventForm
        // Another version, another form: what somebody else saved meanwhile is shown, not overwritten.
        key={event.version}
        initial={initial}
        locked={event.status !== "DRAFT"}
        submit={say("manage.saveChanges")}
        cancelTo={`/manage/events/${id}`}
        save={async (input) => {
          const saved = scope === "ONE" ? await saveOne(input) : await saveMany(input, scope);
          if (!saved) return null;
          const { userErrors } = saved;
          if (userErrors.some(({ code }) => code === "VERSION_CONFLICT")) toast(say("manage.conflict"));
          else if (userErrors.length === 0) {
            toast(saved.message);
            await navigate(`/manage/events/${id}`);
          }
          return userErrors;
        }}
      />
    </div>
  );
}
