import { type FormEvent, useEffect, useState } from "react";
import { useMutation } from "urql";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { graphql } from "@/gql";
import { messagesByField } from "@/lib/graphql/errors";
import { useI18n } from "@/lib/i18n/i18n";

const createMutation = graphql(`
  mutation CreateVenue($input: CreateVenueInput!) {
    createVenue(input: $input) {
      venue {
        id
        name
        city
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`);

const fields = ["name", "address", "city", "country"] as const;

/** A form for a place that is not there yet. */
export function NewVenue({
  open,
  name,
  onOpenChange,
  onMade,
}: {
  open: boolean;
  name: string;
  onOpenChange: (open: boolean) => void;
  onMade: (venue: { id: string; name: string; city: string }) => void;
}) {
  const { say } = useI18n();
  const [{ fetching }, create] = useMutation(createMutation);
  const [input, setInput] = useState({ name: "", address: "", city: "", country: "" });
  const [problems, setProblems] = useState<Record<string, string>>({});
  useEffect(() => {
    if (open) setInput({ name, address: "", city: "", country: "" });
  }, [open, name]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    // The dialog is drawn elsewhere but belongs to the event's form, which must not take this for its own.
    event.stopPropagation();
    setProblems({});
    const { data, error } = await create({
      input: { ...input, country: input.country.trim().toUpperCase() },
    });
    if (error || !data) return setProblems({ "": say("failure.sentence") });
    const { venue, userErrors } = data.createVenue;
    if (venue) return onMade(venue);
    setProblems(messagesByField(userErrors, (path) => (fields as readonly string[]).includes(path)));
  };

  const field = (key: (typeof fields)[number]) => ({
    value: input[key],
    error: problems[key],
    onChange: (event: { target: { value: string } }) => setInput({ ...input, [key]: event.target.value }),
  });

  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={say("manage.newVenue")}>
      <form onSubmit={(event) => void submit(event)} className="mt-5 grid gap-4" noValidate>
        {problems[""] && <Notice kind="bad">{problems[""]}</Notice>}
        <TextField label={say("manage.venueName")} required {...field("name")} />
        <TextField label={say("manage.address")} required {...field("address")} />
        <div className="grid grid-cols-[1fr_7rem] gap-4">
          <TextField label={say("manage.city")} required {...field("city")} />
          <TextField
            label={say("manage.country")}
            required
            maxLength={2}
            placeholder="DE"
            {...field("country")}
          />
        </div>
        <Button type="submit" look="primary" busy={fetching} wide>
          {say("manage.addVenue")}
        </Button>
      </form>
    </Dialog>
  );
}
