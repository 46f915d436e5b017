/** Where a comment is written; @ offers colleagues. */
import { Button, Mentions } from "antd";
import { Paperclip } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { useComment, type Comment } from "@/api/timeline";
import type { StoredFile } from "@/api/types";
import { FileRows } from "@/fields/FileRows";
import { useWaiting } from "@/fields/uploads";
import { useUploads } from "@/fields/useUploads";
import { useLanguage } from "@/i18n/useLabel";
import { joined } from "@/lib/joined";
import { uuid7 } from "@/lib/uuid";
import { useFailureText } from "@/ui/Failure";
import { IconButton } from "@/ui/IconButton";
import { MAC } from "@/ui/shortcuts";
import { useMayLeave } from "@/ui/unfinished";
import { useNarrow } from "@/ui/useMedia";

import { useKept, type Words } from "./kept";
import { sentText, typedText } from "./mentions";
import { useColleagues } from "./useColleagues";
import css from "./Timeline.module.css";

interface Props {
  object: string;
  id: string;
  /** A comment to say differently, or to answer. */
  edited?: Comment;
  replyTo?: string;
  autoFocus?: boolean;
  onDone?: () => void;
}

/** As many files as a comment takes. */
const FILES = { max_files: 20 };

export function CommentBox(props: Props) {
  const { edited, replyTo, autoFocus } = props;
  const { t } = useTranslation();
  const { text, setText, chosen, uploads, files, attach, send, ...sending } = useDraft(props);
  const mayLeave = useMayLeave();
  const onDone = props.onDone && (() => void mayLeave().then((left) => left && props.onDone?.()));
  const { offered, find, fits } = useColleagues();
  const parts = [text, edited, replyTo, sending.told, files[0], uploads.underway[0]];
  return (
    <div
      className={css.write}
      onPaste={(event) => attach(event.clipboardData.files)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        attach(event.dataTransfer.files);
      }}
    >
      <Mentions
        value={text}
        autoSize={{ minRows: 2, maxRows: 10 }}
        autoFocus={autoFocus}
        placeholder={t("timeline.write")}
        aria-label={t("timeline.write")}
        options={offered}
        filterOption={fits}
        onChange={setText}
        onSearch={find}
        onSelect={(option) =>
          chosen.current.set(option.value ?? "", (option as { id?: string }).id ?? "")
        }
        onKeyDown={(event) => {
          if (event.key === "Enter" && (MAC ? event.metaKey : event.ctrlKey)) send();
          if (event.key === "Escape") onDone?.();
        }}
      />
      <FileRows
        files={files}
        underway={uploads.underway}
        onRemove={uploads.remove}
        onDrop={uploads.drop}
      />
      {parts.some(Boolean) ? (
        <Sending
          {...sending}
          word={t(edited ? "ui.save" : "timeline.send")}
          onSend={send}
          onCancel={onDone}
          onFiles={attach}
        />
      ) : (
        <span className={css.attach}>
          <Attach onFiles={attach} />
        </span>
      )}
    </div>
  );
}

/** What is being said: words, those they name, files; and what became of it. */
function useDraft({ object, id, edited, replyTo, onDone }: Props) {
  const { t } = useTranslation();
  const language = useLanguage();
  const failureText = useFailureText();
  const kept = useKept([object, id, replyTo ?? "new"].join("."));
  const [begun] = useState(() => (edited ? wordsOf(edited) : kept.read()));
  const [text, setText] = useState(begun.text);
  const [files, setFiles] = useState<StoredFile[]>(begun.files);
  const chosen = useRef(new Map(begun.chosen));
  const made = useRef({ words: "", id: "" });
  useEffect(() => {
    if (!edited) kept.keep({ text, files, chosen: [...chosen.current] });
    // Names are chosen while the text changes.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [text, files]);
  const { mutateAsync, isPending, error, data } = useComment(object, id);
  const empty = !text.trim() && files.length === 0;

  async function say() {
    if (empty || isPending) return;
    const said = { text: sentText(text, chosen.current), files: files.map((each) => each.id) };
    const words = JSON.stringify(said);
    // Other words are another comment.
    if (made.current.words !== words) made.current = { words, id: uuid7() };
    try {
      await mutateAsync({ id: edited?.id, ...said, reply_to: replyTo, made: made.current.id });
    } catch {
      return; // told below, the text stays
    }
    made.current = { words: "", id: "" };
    // Said here, and not by a later drawing: the box may be gone by then.
    if (!edited) kept.keep({ text: "", chosen: [], files: [] });
    setText("");
    setFiles([]);
    onDone?.();
  }

  const waiting = useWaiting(() => void say());
  const onFiles = (next: StoredFile[] | null) => setFiles(next ?? []);
  const uploads = useUploads(FILES, files, onFiles, { uploads: waiting.uploads });

  function attach(given: FileList | null) {
    uploads.add(Array.from(given ?? []).map((file) => ({ blob: file, name: file.name })));
  }

  const names = joined(data?.unreached?.map((each) => each.title ?? "") ?? [], language);
  const refused = error ? failureText(error) : undefined;
  const unreached = names ? t("timeline.unreached", { names }) : undefined;
  const told = waiting.stopped
    ? t("fields.uploadsStop", { names: waiting.stuck })
    : (refused ?? unreached);
  const blank = empty && waiting.count === 0;
  const state = { told, blank, pending: isPending, awaited: waiting.asked ? waiting.count : 0 };
  return { text, setText, chosen, uploads, files, attach, send: () => waiting.save(), ...state };
}

/** A comment that is there, as it is typed again. */
function wordsOf({ text, mentions, files }: Comment): Words {
  const chosen = mentions.map((each): [string, string] => [each.title ?? "", each.id]);
  return { text: typedText(text, mentions), chosen, files };
}

interface SendingProps {
  /** What became of it; how to send it otherwise. */
  told: string | undefined;
  word: string;
  blank: boolean;
  pending: boolean;
  /** Files that sending waits for. */
  awaited: number;
  onSend: () => void;
  onCancel?: () => void;
  onFiles: (files: FileList | null) => void;
}

function Sending({ told, word, blank, pending, awaited, onSend, onCancel, onFiles }: SendingProps) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  return (
    <div className={css.send}>
      <Attach onFiles={onFiles} />
      <span role="status" className={css.spring}>
        {told ?? (narrow ? "" : `${MAC ? "⌘" : "Ctrl"} ↵`)}
      </span>
      {onCancel && (
        <Button size="small" onClick={onCancel}>
          {t("ui.cancel")}
        </Button>
      )}
      <Button
        size="small"
        type="primary"
        disabled={blank}
        loading={pending || awaited > 0}
        onClick={onSend}
      >
        {awaited ? t("fields.uploading", { count: awaited }) : word}
      </Button>
    </div>
  );
}

function Attach({ onFiles }: Pick<SendingProps, "onFiles">) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton
        icon={Paperclip}
        label={t("timeline.attach")}
        onClick={() => input.current?.click()}
      />
      <input
        ref={input}
        type="file"
        hidden
        multiple
        onChange={(event) => {
          onFiles(event.target.files);
          event.target.value = "";
        }}
      />
    </>
  );
}
