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
import { DemoLogins } from "./demo-logins";
import { nextPath } from "./next";
import { logInMutation, sessionFragment } from "./session-operations";

export function LoginForm() {
  const { say } = useI18n();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const [{ fetching }, logIn] = useMutation(logInMutation);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [problems, setProblems] = useState<Record<string, string>>({});

  const send = async (address: string, secret: string) => {
    setProblems({});
    const { data, error } = await logIn({ input: { email: address.trim(), password: secret } });
    if (error) return setProblems({ "": say("failure.sentence") });
    const session = readFragment(sessionFragment, data?.logIn.session);
    if (!session)
      return setProblems(messagesByField(data?.logIn.userErrors ?? [], (path) => path === "email"));
    keepSession(fromServer(session));
    await navigate(nextPath(search), { replace: true });
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(email, password);
  };

  return (
    <>
      <form onSubmit={submit} className="grid grid-cols-1 gap-5" noValidate>
        {problems[""] && <Notice kind="bad">{problems[""]}</Notice>}
        <TextField
          label={say("account.email")}
          type="email"
          name="email"
          autoComplete="username"
          required
          value={email}
          error={problems.email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <TextField
          label={say("account.password")}
          type="password"
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Button type="submit" look="primary" wide busy={fetching}>
          {say("account.logIn")}
        </Button>
      </form>
      <p className="mt-5 text-sm text-muted">
        {say("account.noAccount")}{" "}
        <Link
          className="font-semibold text-brand hover:underline"
          to={{ pathname: "/register", search: search.toString() }}
        >
          {say("account.register")}
        </Link>
      </p>
      <DemoLogins
        onChoose={(address, secret) => {
          setEmail(address);
          setPassword(secret);
          void send(address, secret);
        }}
      />
    </>
  );
}
