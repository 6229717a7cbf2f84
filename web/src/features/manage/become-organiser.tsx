import { ChartNoAxesCombined, Megaphone, ScanLine } from "lucide-react";
import { useState } from "react";
import { useMutation } from "urql";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Notice } from "@/components/ui/notice";
import { useDocumentTitle } from "@/components/ui/page-title";
import { graphql } from "@/gql";
import { renewSession } from "@/lib/graphql/client";
import { type Phrase, useI18n } from "@/lib/i18n/i18n";
import { hasRole } from "@/lib/session/session";

const startMutation = graphql(`
  mutation StartOrganizing($input: StartOrganizingInput!) {
    startOrganizing(input: $input) {
      user {
        id
        roles
      }
      userErrors {
        message
        code
      }
    }
  }
`);

const points: { icon: typeof Megaphone; title: Phrase; text: Phrase }[] = [
  { icon: Megaphone, title: "manage.point1", text: "manage.point1Text" },
  { icon: ChartNoAxesCombined, title: "manage.point2", text: "manage.point2Text" },
  { icon: ScanLine, title: "manage.point3", text: "manage.point3Text" },
];

/** The way from a plain account to one that runs events. */
export function BecomeOrganiser() {
  const { say } = useI18n();
  useDocumentTitle(say("manage.becomeTitle"));
  const [{ fetching }, start] = useMutation(startMutation);
  const [problem, setProblem] = useState("");

  const begin = async () => {
    setProblem("");
    const { data, error } = await start({ input: {} });
    const problems = data?.startOrganizing.userErrors ?? [];
    if (problems.length > 0) return setProblem(problems.map(({ message }) => message).join(" "));
    // The role is part of the access token: only a new one opens the doors.
    const session = error ? null : await renewSession();
    if (!hasRole(session, "EVENT_MANAGER")) setProblem(say("failure.sentence"));
  };

  return (
    <div className="page max-w-4xl py-10 sm:py-16">
      <div className="text-center">
        <div aria-hidden="true" className="bulbs mx-auto mb-6 w-56 animate-twinkle" />
        <h1 className="font-display text-headline font-bold tracking-tight">{say("manage.becomeTitle")}</h1>
        <p className="mx-auto mt-2 max-w-xl text-lg text-muted">{say("manage.becomeText")}</p>
      </div>
      <ul className="mt-10 grid gap-5 sm:grid-cols-3">
        {points.map(({ icon: Icon, title, text }) => (
          <li key={title}>
            <Card className="h-full p-5">
              <Icon aria-hidden className="size-6 text-brand" />
              <h2 className="mt-3 font-semibold">{say(title)}</h2>
              <p className="mt-1 text-sm text-muted">{say(text)}</p>
            </Card>
          </li>
        ))}
      </ul>
      {problem && (
        <Notice kind="bad" className="mx-auto mt-6 max-w-md">
          {problem}
        </Notice>
      )}
      <div className="mt-8 flex justify-center">
        <Button look="primary" size="large" busy={fetching} onClick={() => void begin()}>
          {say("manage.becomeAction")}
        </Button>
      </div>
    </div>
  );
}
