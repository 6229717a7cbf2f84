import { useMemo } from "react";
import { useNavigate } from "react-router";
import { useMutation } from "urql";
import { PageTitle } from "@/components/ui/page-title";
import { toast } from "@/components/ui/toast";
import { graphql } from "@/gql";
import { useI18n } from "@/lib/i18n/i18n";
import { newDraft } from "./event-draft";
import { EventForm } from "./event-form";

const createMutation = graphql(`
  mutation CreateEvent($input: CreateEventInput!) {
    createEvent(input: $input) {
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

export function NewEvent() {
  const { say } = useI18n();
  const navigate = useNavigate();
  const [, create] = useMutation(createMutation);
  const initial = useMemo(
    () => newDraft(Intl.DateTimeFormat().resolvedOptions().timeZone, say("manage.standard")),
    [say],
  );
  return (
    <div className="page max-w-3xl py-8 sm:py-10">
      <PageTitle lead={say("manage.newLead")}>{say("manage.newEvent")}</PageTitle>
      <EventForm
        initial={initial}
        locked={false}
        submit={say("manage.saveDraft")}
        cancelTo="/manage"
        save={async (input) => {
          const { data } = await create({ input });
          if (!data) return null;
          const { event, userErrors } = data.createEvent;
          if (event) {
            toast(say("manage.draftSaved"));
            await navigate(`/manage/events/${event.id}`);
          }
          return userErrors;
        }}
      />
    </div>
  );
}
