import { RotateCw } from "lucide-react";
import { Tabs } from "radix-ui";
import { useMutation } from "urql";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Notice } from "@/components/ui/notice";
import { toast } from "@/components/ui/toast";
import { type FragmentType, graphql, readFragment } from "@/gql";
import { useI18n } from "@/lib/i18n/i18n";

export const messageViewFragment = graphql(`
  fragment MessageView on OutboxMessage {
    id
    status
    recipient
    subject
    text
    html
    attempts
    failure
    createdAt
    sentAt
  }
`);

const resendMutation = graphql(`
  mutation ResendMessage($input: ResendMessageInput!) {
    resendMessage(input: $input) {
      message {
        id
        status
        attempts
        failure
      }
      userErrors {
        message
        code
      }
    }
  }
`);

const tab =
  "rounded-md px-3 py-1.5 text-sm font-semibold text-muted data-[state=active]:bg-sunken data-[state=active]:text-ink";

/** One message as its reader sees it. The HTML part runs no script and reaches nothing: the frame is sandboxed. */
export function MessageView({ message }: { message: FragmentType<typeof messageViewFragment> }) {
  const { say, format } = useI18n();
  const { id, recipient, subject, text, html, attempts, failure, createdAt, sentAt } = readFragment(
    messageViewFragment,
    message,
  );
  const [{ fetching }, resend] = useMutation(resendMutation);

  const again = async () => {
    const { data, error } = await resend({ input: { id } });
    const problems = data?.resendMessage.userErrors ?? [];
    if (error || !data) toast(say("failure.sentence"));
    else toast(problems.length > 0 ? problems.map((each) => each.message).join(" ") : say("outbox.resent"));
  };

  return (
    <Card className="min-w-0 overflow-hidden">
      <div className="flex flex-wrap items-start justify-between gap-4 border-b p-5">
        <div className="min-w-0">
          <h2 className="font-display text-lg font-bold break-words">{subject}</h2>
          <p className="text-sm text-muted">{say("outbox.to", { recipient })}</p>
          <p className="text-caption text-muted">
            {format.day(createdAt)}, {format.time(createdAt)} · {say("outbox.attempts", { count: attempts })}
            {sentAt && ` · ${say("outbox.sentAt", { time: format.time(sentAt) })}`}
          </p>
        </div>
        <Button size="small" busy={fetching} onClick={() => void again()}>
          <RotateCw aria-hidden className="size-4" />
          {say("outbox.resend")}
        </Button>
      </div>
      {failure && (
        <Notice kind="bad" className="m-4">
          {failure}
        </Notice>
      )}
      <Tabs.Root defaultValue="html">
        <Tabs.List className="flex gap-1 px-4 py-2" aria-label={say("outbox.parts")}>
          <Tabs.Trigger value="html" className={tab}>
            {say("outbox.html")}
          </Tabs.Trigger>
          <Tabs.Trigger value="text" className={tab}>
            {say("outbox.text")}
          </Tabs.Trigger>
        </Tabs.List>
        <Tabs.Content value="html">
          <iframe sandbox="" srcDoc={html} title={subject} className="h-[34rem] w-full border-t bg-white" />
        </Tabs.Content>
        <Tabs.Content value="text">
          <pre className="overflow-x-auto border-t p-5 text-sm whitespace-pre-wrap">{text}</pre>
        </Tabs.Content>
      </Tabs.Root>
    </Card>
  );
}
