/** A saved view in the navigation, and its pin. */
import { Pin, PinOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { ViewMeta } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";
import { ViewIcon } from "@/ui/icons";

import { usePins, viewPath } from "./pins";
import css from "./Shell.module.css";

interface Props {
  view: ViewMeta;
  current: boolean;
  onGo?: () => void;
}

export function ViewLink({ view, current, onGo }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const { pins, toggle } = usePins();
  const name = label(view.label);
  const isPinned = pins.includes(view.key);
  const Icon = isPinned ? PinOff : Pin;
  return (
    <li className={css.view}>
      <Link
        to={viewPath(view)}
        className={`${css.item} ${current ? "active" : ""}`}
        aria-current={current ? "page" : undefined}
        onClick={onGo}
      >
        <ViewIcon type={view.type} size={14} />
        <span className="ell">{name}</span>
      </Link>
      <button
        type="button"
        className={css.pin}
        aria-label={t(isPinned ? "shell.unpin" : "shell.pin", { name })}
        title={t(isPinned ? "shell.unpin" : "shell.pin", { name })}
        onClick={() => toggle(view.key)}
      >
        <Icon size={13} aria-hidden />
      </button>
    </li>
  );
}
