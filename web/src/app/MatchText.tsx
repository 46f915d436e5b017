/** What was met of a record: its title, and what it belongs to or the value it was found by. */
import type { Match } from "@/api/search";
import { Marked } from "@/ui/Marked";

interface Props {
  item: Match;
  /** Two of one name are told apart by it. */
  belonging: string | undefined;
}

export function MatchText({ item, belonging }: Props) {
  const inTitle = item.text === item.title;
  return (
    <>
      <Marked text={item.title} parts={inTitle ? item.highlights : []} />
      <small className="ell">
        {inTitle ? belonging : <Marked text={item.text} parts={item.highlights} />}
      </small>
    </>
  );
}
