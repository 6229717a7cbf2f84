import { Drama } from "lucide-react";
import { useMemo } from "react";
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
import { draftOf, eventFormFragment } from "./event-draft";
import { EventForm } from "./event-form";

const editQuery = graphql(`
  query EditEvent($id: ID!) {
    event(id: $id) {
      id
      ...EventFormParts
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
  return (
    <div className="page max-w-3xl py-8 sm:py-10">
      <PageTitle lead={event.title}>{say("manage.editEvent")}</PageTitle>
      <EventForm
        // Another version, another form: what somebody else saved meanwhile is shown, not overwritten.
        key={event.version}
        initial={initial}
        locked={event.status !== "DRAFT"}
        submit={say("manage.saveChanges")}
        cancelTo={`/manage/events/${id}`}
        save={async (input) => {
          const { data: answer } = await update({ input: { id, version: event.version, ...input } });
          if (!answer) return null;
          const { userErrors } = answer.updateEvent;
          if (userErrors.some(({ code }) => code === "VERSION_CONFLICT")) toast(say("manage.conflict"));
          else if (userErrors.length === 0) {
            toast(say("manage.saved"));
            await navigate(`/manage/events/${id}`);
          }
          return userErrors;
        }}
      />
    </div>
  );
}
