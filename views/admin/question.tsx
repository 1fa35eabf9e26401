import type { Child } from "hono/jsx";
import { Form } from "../components/form.tsx";
import { Field } from "./fields.tsx";
import { AdminPage, type Section, type Shell } from "./layout.tsx";
import { address } from "./table.tsx";

/** What is asked before something is done that hurts. */
export interface Question {
  /** Names whom or what it is about. */
  readonly title: string;
  /** What follows. */
  readonly text: Child;
  /** Where the form goes. */
  readonly action: string;
  /** On the button that does it. */
  readonly label: string;
  /** Where one comes from, and back to. */
  readonly back: string;
  /** More to be decided. */
  readonly fields?: Child;
  /** Whether somebody is told why, the audit log at least. */
  readonly reason?: boolean;
}

/** A page of its own; static/js/ask.js shows its form in a dialog instead. */
export function QuestionPage({ shell, section, question }: { shell: Shell; section: Section; question: Question }) {
  const { title, text, action, label, back, fields, reason = true } = question;
  return (
    <AdminPage shell={shell} section={section} title={title}>
      <Form viewer={shell.viewer} action={action} class="panel question">
        <div>{text}</div>
        {fields}
        <input type="hidden" name="back" value={back} />
        {reason && <Field name="reason" label="Reason (optional)" />}
        <div class="button-row">
          <button type="submit" class="danger">{label}</button>
          <a class="button quiet" data-cancel href={back}>Cancel</a>
        </div>
      </Form>
    </AdminPage>
  );
}

/** Leads to a question, and says by its dots that it does nothing yet. */
export function AskLink({ href, here, label, about, danger = false }: {
  href: string;
  /** The page it stands on, to come back to. */
  here: string;
  label: string;
  /** What it is done to, for those who hear the link alone. */
  about?: string;
  danger?: boolean;
}) {
  return (
    <a class={danger ? "button quiet danger" : "button quiet"} data-ask href={address(href, { back: here })}>
      {label}…
      {about !== undefined && <span class="visually-hidden">{about}</span>}
    </a>
  );
}
