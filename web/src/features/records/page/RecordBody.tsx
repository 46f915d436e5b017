/** A record by its form: read, each field edited in place, or all of them at once. */
import { App } from "antd";
import { useContext, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate, useSearchParams } from "react-router";

import { fieldAt, useMeta } from "@/api/catalogue";
import type { Form, FormSection } from "@/api/form";
import { isProblem } from "@/api/problem";
import type { FieldMeta, ObjectMeta, Row, Values } from "@/api/types";
import { handedIn, reasons } from "@/fields/toFill";
import { useLabel } from "@/i18n/useLabel";
import { useFailureText } from "@/ui/Failure";
import { holdKeys, inOpenedField } from "@/ui/heldKeys";
import { useShortcut } from "@/ui/shortcuts";
import { Beside, useNarrow, useWide } from "@/ui/useMedia";
import { useStable } from "@/ui/useStable";
import { useSwipe } from "@/ui/useSwipe";

import { useConditions } from "../form/conditions";
import { useDraft, type Draft } from "../form/draft";
import { RecordForm } from "../form/RecordForm";
import { Timeline } from "../timeline/Timeline";
import { RecordMenu } from "../tools/RecordMenu";
import { useNeighbours } from "./neighbours";
import { PhoneBar } from "./PhoneBar";
import { Reading } from "./Reading";
import { RecordHead } from "./RecordHead";
import css from "./Record.module.css";
import { stageOf } from "./stage";
import { StageBar } from "./StageBar";
import { TabBar, useTab } from "./TabBar";

const ASIDE = "timeline";
const NONE: Values = {};

interface Props {
  object: ObjectMeta;
  row: Row;
  form: Form;
}

export function RecordBody({ object, row, form }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const wide = useWide();
  const { data: meta } = useMeta();
  const { message } = App.useApp();
  const failureText = useFailureText();
  const [editing, setEditing] = useEditing();
  const draft = useDraft(object.key, row.id, row);
  const { refused, begin, end } = useRefused(draft);
  const state = useConditions(object, form, row, NONE);
  const fieldFor = (path: string) => meta && fieldAt(meta, object, path);
  const facts = form.header.map(fieldFor).filter((field): field is FieldMeta => field != null);
  const stage = stageOf(form, facts);
  const shown = form.tabs
    .map((tab, at) => ({ tab, key: String(at) }))
    .filter(({ tab }) => state(tab).visible);
  const tabs = shown.map(({ tab, key }) => ({ key, name: label(tab.label) }));
  if (!wide) tabs.push({ key: ASIDE, name: t("timeline.title") });
  const chosen = useTab(tabs);
  const may = object.verbs.includes("update") && !row.deleted_at;

  function edit(on: boolean) {
    end();
    setEditing(on);
  }

  /** A stage asks for more: the form opens with it, the rest is filled in there. */
  function onRefused(values: Values, error: unknown) {
    if (!isProblem(error) || error.status !== 422) return void message.error(failureText(error));
    edit(true);
    begin(values, error);
  }

  const begins = may && !editing ? () => edit(true) : undefined;
  useEditKey(begins);
  const swipe = useLeafing(object.key, row.id, !editing);

  const sections = shown.find(({ key }) => key === chosen)?.tab.sections ?? [];
  return (
    <div className={css.layout}>
      <article className={css.page} {...swipe}>
        <RecordHead
          object={object}
          row={row}
          facts={facts.filter((field) => field !== stage)}
          onEdit={begins}
          menu={<RecordMenu object={object} row={row} />}
        />
        {stage && <StageBar object={object} field={stage} row={row} onRefused={onRefused} />}
        {editing && may ? (
          <Editing
            object={object}
            row={row}
            form={form}
            draft={draft}
            start={chosen === "0" ? undefined : sections[0]}
            refused={refused}
            onEnd={() => edit(false)}
          />
        ) : (
          <>
            <TabBar tabs={tabs} chosen={chosen} />
            <div role="tabpanel" id="tab-panel" className={css.panel}>
              {chosen === ASIDE ? (
                <Timeline object={object} row={row} />
              ) : (
                <Reading
                  key={chosen}
                  object={object}
                  row={row}
                  sections={sections}
                  state={state}
                  readOnly={!may}
                />
              )}
            </div>
            <PhoneBar object={object} row={row} onEdit={may ? () => edit(true) : undefined} />
          </>
        )}
      </article>
      {wide && (
        <aside className={css.aside} tabIndex={0} aria-label={t("timeline.title")}>
          <Timeline object={object} row={row} />
        </aside>
      )}
    </div>
  );
}

function useEditKey(begin: (() => void) | undefined) {
  function press() {
    // The next letter is for the first field.
    holdKeys(inOpenedField);
    begin?.();
  }
  useShortcut("edit", press, begin !== undefined);
}

/** What was chosen and wants more, here or on a board: the form begins with it. */
function useRefused(draft: Draft) {
  const { state } = useLocation();
  const [refused, setRefused] = useState<unknown>();
  const begin = useStable((values: Values, error: unknown) => {
    for (const [key, value] of Object.entries(values)) draft.set(key, value);
    setRefused(error);
  });
  useEffect(() => {
    const handed = handedIn(state);
    if (handed) begin(handed.values, handed.problem);
  }, [state, begin]);
  return { refused, begin, end: () => setRefused(undefined) };
}

/** A swipe leafs through the list it came from. */
function useLeafing(object: string, id: string, enabled: boolean) {
  const navigate = useNavigate();
  const narrow = useNarrow();
  const beside = useContext(Beside);
  const found = useNeighbours(object, id);
  return useSwipe((step) => {
    const to = step > 0 ? found?.next : found?.previous;
    if (enabled && narrow && !beside && to) void navigate(`/o/${object}/${to}`);
  });
}

/** Whether the whole form is open: the address says so. */
function useEditing(): [boolean, (on: boolean) => void] {
  const [params, setParams] = useSearchParams();
  function set(on: boolean) {
    setParams(
      (old) => {
        if (on) old.set("edit", "");
        else old.delete("edit");
        return old;
      },
      { replace: true },
    );
  }
  return [params.has("edit"), set];
}

interface EditingProps extends Props {
  draft: Draft;
  start?: FormSection;
  refused: unknown;
  onEnd: () => void;
}

/** The whole form at once; `refused` says why it was opened. */
function Editing({ refused, draft, onEnd, ...shown }: EditingProps) {
  return (
    <div className={css.editor}>
      {isProblem(refused) && (
        <p className={css.refused} role="alert">
          {reasons(refused)}
        </p>
      )}
      <RecordForm
        {...shown}
        refused={refused}
        draft={draft}
        onCancel={() => {
          draft.clear();
          onEnd();
        }}
        onSaved={onEnd}
      />
    </div>
  );
}
