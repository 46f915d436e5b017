/** Where a comment is written; @ offers colleagues. */
import { Button, Mentions } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { findMembers } from "@/api/people";
import { useComment, type Comment } from "@/api/timeline";
import { useLanguage } from "@/i18n/useLabel";
import { joined } from "@/lib/joined";
import { useFailureText } from "@/ui/Failure";
import { MAC } from "@/ui/shortcuts";

import { sentText, typedText } from "./mentions";
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

export function CommentBox({ object, id, edited, replyTo, autoFocus, onDone }: Props) {
  const { t } = useTranslation();
  const failureText = useFailureText();
  const language = useLanguage();
  const [text, setText] = useState(edited ? typedText(edited.text, edited.mentions) : "");
  const [offered, setOffered] = useState<{ value: string; label: string; id: string }[]>([]);
  const chosen = useRef(
    new Map((edited?.mentions ?? []).map((each) => [each.title ?? "", each.id])),
  );
  const { mutateAsync, isPending, error, data } = useComment(object, id);

  async function send() {
    if (!text.trim() || isPending) return;
    const draft = { id: edited?.id, text: sentText(text, chosen.current), reply_to: replyTo };
    try {
      await mutateAsync(draft);
    } catch {
      return; // told below, the text stays
    }
    setText("");
    onDone?.();
  }

  const names = joined(data?.unreached?.map((each) => each.title ?? "") ?? [], language);
  const told = error
    ? failureText(error)
    : names
      ? t("timeline.unreached", { names })
      : `${MAC ? "⌘" : "Ctrl"} ↵`;
  const open = [text, edited, replyTo, error, names].some(Boolean);
  return (
    <div className={css.write}>
      <Mentions
        value={text}
        autoSize={{ minRows: 2, maxRows: 10 }}
        autoFocus={autoFocus}
        placeholder={t("timeline.write")}
        aria-label={t("timeline.write")}
        options={offered}
        filterOption={(input, option) => (option.value ?? "").includes(input)}
        onChange={setText}
        onSearch={(q) =>
          void findMembers(q).then((found) =>
            setOffered(found.map((each) => ({ value: each.name, label: each.name, id: each.id }))),
          )
        }
        onSelect={(option) =>
          chosen.current.set(option.value ?? "", (option as { id?: string }).id ?? "")
        }
        onKeyDown={(event) => {
          if (event.key === "Enter" && (MAC ? event.metaKey : event.ctrlKey)) void send();
          if (event.key === "Escape") onDone?.();
        }}
      />
      {open && (
        <Sending
          told={told}
          word={t(edited ? "ui.save" : "timeline.send")}
          blank={!text.trim()}
          pending={isPending}
          onSend={() => void send()}
          onCancel={onDone}
        />
      )}
    </div>
  );
}

interface SendingProps {
  told: string;
  word: string;
  blank: boolean;
  pending: boolean;
  onSend: () => void;
  onCancel?: () => void;
}

function Sending({ told, word, blank, pending, onSend, onCancel }: SendingProps) {
  const { t } = useTranslation();
  return (
    <div className={css.send}>
      <span role="status" className={css.spring}>
        {told}
      </span>
      {onCancel && (
        <Button size="small" onClick={onCancel}>
          {t("ui.cancel")}
        </Button>
      )}
      <Button size="small" type="primary" disabled={blank} loading={pending} onClick={onSend}>
        {word}
      </Button>
    </div>
  );
}
