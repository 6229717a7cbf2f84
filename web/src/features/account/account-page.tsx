import type { ReactNode } from "react";
import { Navigate, useSearchParams } from "react-router";
import { Card } from "@/components/ui/card";
import { useDocumentTitle } from "@/components/ui/page-title";
import { useSession } from "@/lib/store/store";
import { nextPath } from "./next";

/** The frame of logging in and registering; whoever is logged in already is sent on. */
export function AccountPage({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  useDocumentTitle(title);
  const session = useSession();
  const [search] = useSearchParams();
  if (session) return <Navigate to={nextPath(search)} replace />;
  return (
    <div className="page grow py-8 sm:py-14">
      <div className="mx-auto max-w-[26rem]">
        <Card className="overflow-hidden">
          <div className="bg-stage px-6 pt-6 pb-5 text-white sm:px-8">
            <div aria-hidden="true" className="bulbs mb-4 w-full" />
            <h1 className="font-display text-headline font-bold tracking-tight">{title}</h1>
            <p className="mt-1 text-white/75">{lead}</p>
          </div>
          <div className="p-6 sm:p-8">{children}</div>
        </Card>
      </div>
    </div>
  );
}
