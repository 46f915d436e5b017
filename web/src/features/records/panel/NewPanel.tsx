/** The side panel a record is made in, above any page: `?new=<object>&with=<values>`. */
import { Drawer } from "antd";
import { Maximize2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams, useSearchParams } from "react-router";

import { useMeta } from "@/api/catalogue";
import type { Values } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";
import { Heavy } from "@/ui/Heavy";
import { IconButton } from "@/ui/IconButton";
import { PageSkeleton } from "@/ui/Skeleton";

import { NewRecord } from "./NewRecord";

const WIDTH = 560;

export function NewPanel() {
  const { t } = useTranslation();
  const label = useLabel();
  const navigate = useNavigate();
  const { object: here } = useParams();
  const [params, setParams] = useSearchParams();
  const { data: meta } = useMeta();
  const key = params.get("new");
  const object = meta?.objects.find((each) => each.key === key && each.verbs.includes("create"));
  const close = () =>
    setParams((old) => {
      old.delete("new");
      old.delete("with");
      return old;
    });
  if (!object) return null;
  return (
    <Drawer
      open
      size={WIDTH}
      styles={{ body: { paddingBottom: 0 } }}
      title={t("record.newOf", { name: label(object.label) })}
      onClose={close}
      extra={
        <IconButton
          icon={Maximize2}
          label={t("record.asPage")}
          onClick={() => void navigate(`/o/${object.key}/new`)}
        />
      }
    >
      <Heavy waiting={<PageSkeleton />}>
        <NewRecord
          key={object.key + (params.get("with") ?? "")}
          object={object}
          given={givenIn(params.get("with"))}
          narrow
          onCancel={close}
          onSaved={(id) =>
            here === object.key ? void navigate(`/o/${object.key}/${id}`) : close()
          }
        />
      </Heavy>
    </Drawer>
  );
}

function givenIn(text: string | null): Values {
  try {
    const found: unknown = JSON.parse(text ?? "{}");
    return typeof found === "object" && found !== null ? (found as Values) : {};
  } catch {
    return {}; // an address cut short
  }
}
