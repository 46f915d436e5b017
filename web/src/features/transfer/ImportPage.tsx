/** One import from its file to its records; which step is shown stands in the address. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";

import { cancel, importKeys, readImport, type ImportDocument } from "@/api/imports";
import { Unreachable } from "@/api/problem";
import { Failure, useFailureText } from "@/ui/Failure";
import { NothingHere } from "@/ui/NothingHere";
import { PageSkeleton } from "@/ui/Skeleton";

import { FileStep } from "./layout/FileStep";
import { MapStep } from "./mapping/MapStep";
import { useDraft } from "./mapping/useDraft";
import { PreviewStep } from "./preview/PreviewStep";
import { RunStep } from "./run/RunStep";
import { STEPS, Steps, type Step } from "./Steps";
import { MEMBER, useTarget, type Target } from "./target";
import css from "./Transfer.module.css";

const POLL_MS = 1000;

export default function ImportPage() {
  const { id = "" } = useParams();
  const query = useQuery({
    queryKey: importKeys.one(id),
    queryFn: ({ signal }) => readImport(id, signal),
    staleTime: 0,
    refetchInterval: ({ state: { data } }) => (isMoving(data) ? POLL_MS : false),
  });
  const target = useTarget(query.data?.object ?? MEMBER);
  // What is shown stays while the server cannot be reached; asking goes on.
  const lost = query.error instanceof Unreachable && query.data !== undefined;
  if (query.error && !lost)
    return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data || target === undefined) return <PageSkeleton />;
  if (target === null) return <NothingHere />;
  return <Import key={query.data.id} made={query.data} target={target} lost={lost} />;
}

function isMoving(made: ImportDocument | undefined): boolean {
  return made?.state === "running" || made?.preview?.state === "running";
}

interface Props {
  made: ImportDocument;
  target: Target;
  lost: boolean;
}

function Import({ made, target, lost }: Props) {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const draft = useDraft(made);
  const open = openSteps(made);
  const wanted = params.get("step") as Step | null;
  const at = wanted && open.includes(wanted) ? wanted : open.at(made.state === "draft" ? 1 : -1)!;
  const go = (step: Step) => setParams({ step });
  const props = { made, target, draft, onGo: go };
  return (
    <section className={css.page} aria-label={t("transfer.into", { name: target.name })}>
      <header className={css.head}>
        <h1>{t("transfer.into", { name: target.name })}</h1>
        <span className={`${css.quiet} ell`}>{made.file.name}</span>
        <span className={css.space} />
        {made.state === "draft" && <Discard made={made} />}
        <Link to="/imports">{t("transfer.mine")}</Link>
        {target.key !== MEMBER && (
          <Link to={`/o/${target.key}`}>{t("transfer.back", { name: target.name })}</Link>
        )}
      </header>
      <Steps at={at} open={open} onGo={go} />
      {lost && (
        <p className={css.lost} role="status">
          {t("transfer.lost")}
        </p>
      )}
      {at === "file" && <FileStep {...props} />}
      {at === "map" && <MapStep {...props} />}
      {at === "preview" && <PreviewStep {...props} />}
      {at === "run" && <RunStep {...props} />}
    </section>
  );
}

/** A draft that is not wanted: its file goes. */
function Discard({ made }: { made: ImportDocument }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const navigate = useNavigate();
  const failureText = useFailureText();
  const { mutate, isPending } = useMutation({
    mutationFn: () => cancel(made.id),
    onSuccess: async () => {
      void navigate(`/import/${made.object}`);
      await client.invalidateQueries({ queryKey: importKeys.all });
    },
    onError: (error) => void message.error(failureText(error)),
  });
  return (
    <Button
      className={css.discard}
      type="text"
      size="small"
      loading={isPending}
      onClick={() => mutate()}
    >
      {t("transfer.discard")}
    </Button>
  );
}

/** A draft, and what stopped by a reason that can be mended, may be corrected. */
function openSteps(made: ImportDocument): Step[] {
  if (made.state === "draft") return STEPS.filter((step) => step !== "run");
  return made.state === "failed" ? [...STEPS] : ["run"];
}
