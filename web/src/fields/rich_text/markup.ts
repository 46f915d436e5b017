/** Markup from the server, passed through a sieve once more before it becomes part of the page. */
const TAGS = new Set(
  "A,B,BLOCKQUOTE,BR,CODE,EM,H1,H2,H3,H4,I,LI,OL,P,PRE,S,STRONG,U,UL,SPAN,HR".split(","),
);
const LINK = /^(https?:|mailto:|tel:)/i;

/** Known tags without attributes; of links, the address when it is a web or mail address. */
export function cleaned(markup: string): string {
  const page = new DOMParser().parseFromString(markup, "text/html");
  for (const element of Array.from(page.body.querySelectorAll("*"))) {
    if (!TAGS.has(element.tagName)) {
      element.replaceWith(element.textContent ?? "");
      continue;
    }
    const href = element.getAttribute("href") ?? "";
    for (const { name } of Array.from(element.attributes)) element.removeAttribute(name);
    if (element.tagName === "A" && LINK.test(href)) {
      element.setAttribute("href", href);
      element.setAttribute("rel", "noreferrer noopener");
      element.setAttribute("target", "_blank");
    }
  }
  return page.body.innerHTML;
}

const NEVER = "script,style,img,iframe,object,embed,svg,math,video,audio,link,meta,title,form";

/** What is pasted from Word or a page, without what acts or fetches: the editor keeps what it knows. */
export function harmless(markup: string): string {
  const page = new DOMParser().parseFromString(markup, "text/html");
  for (const each of Array.from(page.querySelectorAll(NEVER))) each.remove();
  for (const element of Array.from(page.body.querySelectorAll("*")))
    for (const { name, value } of Array.from(element.attributes))
      if (name !== "href" || !LINK.test(value)) element.removeAttribute(name);
  return page.body.innerHTML;
}

export function words(markup: string): string {
  return new DOMParser().parseFromString(markup, "text/html").body.textContent ?? "";
}
