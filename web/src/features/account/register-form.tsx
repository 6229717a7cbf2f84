import { type FormEvent, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { useMutation } from "urql";
import { Button } from "@/components/ui/button";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { readFragment } from "@/gql";
import { messagesByField } from "@/lib/graphql/errors";
import { useI18n } from "@/lib/i18n/i18n";
import { fromServer } from "@/lib/session/session";
import { keepSession } from "@/lib/store/store";
import { nextPath } from "./next";
import { registerMutation, sessionFragment } from "./session-operations";

const fields = ["name", "email", "password"];

export function RegisterForm() {
  const { say } = useI18n();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const [{ fetching }, register] = useMutation(registerMutation);
  const [input, setInput] = useState({ name: "", email: "", password: "" });
  const [problems, setProblems] = useState<Record<string, string>>({});

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblems({});
    const { data, error } = await register({
      input: { ...input, name: input.name.trim(), email: input.email.trim() },
    });
    if (error) return setProblems({ "": say("failure.sentence") });
    const session = readFragment(sessionFragment, data?.register.session);
    if (!session) {
      return setProblems(messagesByField(data?.register.userErrors ?? [], (path) => fields.includes(path)));
    }
    keepSession(fromServer(session));
    await navigate(nextPath(search), { replace: true });
  };

  return (
    <>
      <form onSubmit={(event) => void submit(event)} className="grid grid-cols-1 gap-5" noValidate>
        {problems[""] && <Notice kind="bad">{problems[""]}</Notice>}
        <TextField
          label={say("account.name")}
          name="name"
          autoComplete="name"
          required
          hint={say("account.nameHint")}
          value={input.name}
          error={problems.name}
          onChange={(event) => setInput({ ...input, name: event.target.value })}
        />
        <TextField
          label={say("account.email")}
          type="email"
          name="email"
          autoComplete="email"
          required
          value={input.email}
          error={problems.email}
          onChange={(event) => setInput({ ...input, email: event.target.value })}
        />
        <TextField
          label={say("account.password")}
          type="password"
          name="password"
          autoComplete="new-password"
          required
          hint={say("account.passwordHint")}
          value={input.password}
          error={problems.password}
          onChange={(event) => setInput({ ...input, password: event.target.value })}
        />
        <Button type="submit" look="primary" wide busy={fetching}>
          {say("account.createAccount")}
        </Button>
      </form>
      <p className="mt-5 text-sm text-muted">
        {say("account.haveAccount")}{" "}
        <Link
          className="font-semibold text-brand hover:underline"
          to={{ pathname: "/login", search: search.toString() }}
        >
          {say("account.logIn")}
        </Link>
      </p>
    </>
  );
}
