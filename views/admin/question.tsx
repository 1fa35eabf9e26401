import type { Child } from "hono/jsx";
import { Form } from "../components/form.tsx";
import { Field } from "./fields.tsx";
import { AdminPage, type Section, type Shell } from "./layout.tsx";
import { address } from "./table.tsx";

/** A confirmation. */
export interface Question {
  /** Names the object of the act. */
  readonly title: string;
  /** Explains the consequences. */
  readonly text: Child;
  /** The form's target. */
  readonly action: string;
  /** Label of the confirming button. */
  readonly label: string;
  /** The page to return to. */
  readonly back: string;
  /** Additional fields. */
  readonly fields?: Child;
  /** Whether to ask for a reason for the audit log. */
  readonly reason?: boolean;
}

/** A page with a confirmation. static/js/ask.js shows the form in a dialog instead. */
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

/** A link to a confirmation. Its ellipsis indicates that it does not act yet. */
export function AskLink({ href, here, label, about, danger = false }: {
  href: string;
  /** The current page, to return to. */
  here: string;
  label: string;
  /** The object of the act, for screen readers. */
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
