/** One comment: what was said; answered, said differently or taken away by who may. */
import { App } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useComment, type Comment } from "@/api/timeline";
import { useFailureText } from "@/ui/Failure";

import { CommentFiles } from "./CommentFiles";
import { CommentBox } from "./CommentBox";
import { pieces } from "./mentions";
import css from "./Timeline.module.css";

interface Props {
  object: string;
  id: string;
  comment: Comment;
  answered: Comment | undefined;
}

export function CommentEntry({ object, id, comment, answered }: Props) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const failureText = useFailureText();
  const [mode, setMode] = useState<"edit" | "reply">();
  const { mutateAsync } = useComment(object, id);
  const done = () => setMode(undefined);
  if (comment.deleted) return <p className={css.gone}>{t("timeline.deleted")}</p>;
  if (mode === "edit") {
    return <CommentBox object={object} id={id} edited={comment} autoFocus onDone={done} />;
  }

  function remove() {
    modal.confirm({
      title: t("timeline.removeAsk"),
      okText: t("timeline.remove"),
      okButtonProps: { danger: true },
      onOk: () =>
        mutateAsync({ id: comment.id, text: "" }).catch((error) => {
          void message.error(failureText(error));
        }),
    });
  }

  return (
    <>
      {answered && !answered.deleted && (
        <p className={`${css.reply} ell`}>
          {answered.author.title}：<Said comment={answered} />
        </p>
      )}
      <p className={css.text}>
        <Said comment={comment} />
        {comment.edited_at && <span className={css.did}> {t("timeline.edited")}</span>}
      </p>
      {comment.files.length > 0 && <CommentFiles files={comment.files} />}
      <div className={css.acts}>
        <button type="button" onClick={() => setMode("reply")}>
          {t("timeline.reply")}
        </button>
        {comment.may.edit && (
          <button type="button" onClick={() => setMode("edit")}>
            {t("timeline.edit")}
          </button>
        )}
        {comment.may.delete && (
          <button type="button" onClick={remove}>
            {t("timeline.remove")}
          </button>
        )}
      </div>
      {mode === "reply" && (
        <CommentBox object={object} id={id} replyTo={comment.id} autoFocus onDone={done} />
      )}
    </>
  );
}

function Said({ comment }: { comment: Comment }) {
  return pieces(comment.text, comment.mentions).map((piece, at) => (
    <span key={at} className={piece.mention ? css.mention : undefined}>
      {piece.text}
    </span>
  ));
}
