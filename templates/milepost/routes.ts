import { milepost } from "./service.js";
import { isDevelopment, signInText, userIdOf } from "./user.js";

/**
 * Answers everything at /badges: a page with the badges of the user, and the
 * HTTP API at /badges/v1.
 */
export async function handleBadges(request: Request): Promise<Response> {
  const { service, server } = await milepost();
  const path = new URL(request.url).pathname.replace(/\/$/, "");
  const isTry =
    isDevelopment && request.method === "POST" && path === "/badges/try";
  if (path !== "/badges" && !isTry) return server.handler(request);

  const userId = await userIdOf(request.headers);
  if (userId === null) return new Response(signInText, { status: 401 });
  if (isTry) {
    // Your own code records what really happened, with the id of what was
    // completed: see `milepost`.
    await service.record({
      userId,
      category: "lesson",
      itemKey: crypto.randomUUID(),
    });
    return new Response(null, {
      status: 303,
      headers: { location: "/badges" },
    });
  }
  const { milestones, totalPoints, levelName } =
    await service.getUserProgress(userId);
  const shown = new Map(milestones.map((progress) => [progress.id, progress]));
  const badges = service.getAllMilestones().map((milestone) => {
    const {
      isEarned = false,
      current = 0,
      target = 1,
    } = shown.get(milestone.id) ?? {};
    const state = isEarned ? "earned" : `${current} of ${target}`;
    return `<li data-earned="${isEarned}"><b>${milestone.icon}</b> ${text(milestone.title)} <small>${state}</small></li>`;
  });
  return new Response(
    page(`${totalPoints} points · ${text(levelName ?? "")}`, badges),
    {
      headers: { "content-type": "text/html; charset=utf-8" },
    },
  );
}

function page(summary: string, badges: readonly string[]): string {
  const tryForm =
    '<form method="post" action="/badges/try"><button>Finish a lesson</button></form>';
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Your badges</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { max-width: 32rem; margin: 3rem auto; padding: 0 1rem }
  ul { list-style: none; padding: 0 }
  li { padding: .5rem 0; opacity: .6 }
  li[data-earned="true"] { opacity: 1; font-weight: 600 }
  b { font-size: 1.5rem }
</style>
<h1>Your badges</h1>
<p>${summary}</p>
<ul>${badges.join("")}</ul>
${isDevelopment ? tryForm : ""}
</html>`;
}

function text(value: string): string {
  return value.replace(
    /[&<>"]/g,
    (character) => `&#${character.charCodeAt(0)};`,
  );
}
