/** Formatted text: what the server keeps can be made here, nothing more. */
import { EditorContent, useEditor, useEditorState, type Editor } from "@tiptap/react";
import StarterKit from "@tiptap/starter-kit";
import {
  Bold,
  Heading2,
  Italic,
  List,
  ListOrdered,
  Quote,
  Redo2,
  Strikethrough,
  Underline,
  Undo2,
  type LucideIcon,
} from "lucide-react";
import { useTranslation } from "react-i18next";

import { IconButton } from "@/ui/IconButton";

import type { EditorProps } from "../protocol";
import css from "./Editor.module.css";
import { cleaned, harmless } from "./markup";

export default function RichTextEditor(props: EditorProps<string>) {
  const { value, onChange, error, autoFocus, id } = props;
  const { t } = useTranslation();
  const editor = useEditor({
    extensions: [
      StarterKit.configure({ link: { openOnClick: false }, heading: { levels: [1, 2, 3] } }),
    ],
    content: cleaned(value ?? ""),
    autofocus: autoFocus ? "end" : false,
    editorProps: {
      transformPastedHTML: harmless,
      attributes: {
        class: css.text!,
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": t("fields.richText"),
        ...(id && { id }),
      },
    },
    onUpdate: ({ editor: now }) => onChange(now.isEmpty ? null : now.getHTML()),
  });
  return (
    <div className={`${css.box} ${error ? css.refused : ""}`}>
      {editor && <Tools editor={editor} />}
      <EditorContent editor={editor} />
    </div>
  );
}

type Chain = ReturnType<Editor["chain"]>;
type Tool = [name: string, icon: LucideIcon, act: (chain: Chain) => Chain, mark?: string];

const TOOLS: Tool[] = [
  ["bold", Bold, (chain) => chain.toggleBold(), "bold"],
  ["italic", Italic, (chain) => chain.toggleItalic(), "italic"],
  ["underline", Underline, (chain) => chain.toggleUnderline(), "underline"],
  ["strike", Strikethrough, (chain) => chain.toggleStrike(), "strike"],
  ["heading", Heading2, (chain) => chain.toggleHeading({ level: 2 }), "heading"],
  ["bullets", List, (chain) => chain.toggleBulletList(), "bulletList"],
  ["numbers", ListOrdered, (chain) => chain.toggleOrderedList(), "orderedList"],
  ["quote", Quote, (chain) => chain.toggleBlockquote(), "blockquote"],
  ["undo", Undo2, (chain) => chain.undo()],
  ["redo", Redo2, (chain) => chain.redo()],
];

function Tools({ editor }: { editor: Editor }) {
  const { t } = useTranslation();
  const active = useEditorState({
    editor,
    selector: ({ editor: now }) =>
      TOOLS.map(([, , , name]) => typeof name === "string" && now.isActive(name)),
  });
  return (
    <div className={css.tools} role="toolbar" aria-label={t("fields.formatting")}>
      {TOOLS.map(([name, icon, act, mark], at) => (
        <IconButton
          key={name}
          icon={icon}
          label={t(`fields.format.${name}`)}
          aria-pressed={mark ? active[at] : undefined}
          className={active[at] ? css.on : ""}
          // The selection in the text stays while a tool is used.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => act(editor.chain().focus()).run()}
        />
      ))}
    </div>
  );
}
