/** Choices asked from the server while typing: the latest question wins, old answers stay meanwhile. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

const PAUSE_MS = 180;

export function useOffered<T>(
  name: readonly unknown[],
  ask: (q: string, signal: AbortSignal) => Promise<T[]>,
) {
  const [typed, setTyped] = useState("");
  const [asked, setAsked] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setAsked(typed.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const { data, isFetching } = useQuery({
    queryKey: ["offered", ...name, asked],
    queryFn: ({ signal }) => ask(asked, signal),
    placeholderData: keepPreviousData,
  });
  return { offered: data ?? [], busy: isFetching || typed.trim() !== asked, typed, setTyped };
}
