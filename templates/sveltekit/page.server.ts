import { error } from "@sveltejs/kit";
import { milepost } from "$lib/server/milepost/service";
import { isDevelopment, signInText, userIdOf } from "$lib/server/milepost/user";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ request }) => {
  const userId = await userIdOf(request.headers);
  if (userId === null) error(401, signInText);
  const { service } = await milepost();
  const { milestones, totalPoints, levelName } =
    await service.getUserProgress(userId);
  const shown = new Map(milestones.map((progress) => [progress.id, progress]));
  const badges = service.getAllMilestones().map(({ id, icon, title }) => {
    const { isEarned = false, current = 0, target = 1 } = shown.get(id) ?? {};
    return { id, icon, title, isEarned, current, target };
  });
  return { badges, totalPoints, levelName, isDevelopment };
};

export const actions: Actions = {
  // To try it in development. Your own code records what really happened,
  // with the id of what was completed.
  finish: async ({ request }) => {
    const userId = await userIdOf(request.headers);
    if (!isDevelopment || userId === null) error(404);
    const { service } = await milepost();
    await service.record({
      userId,
      category: "lesson",
      itemKey: crypto.randomUUID(),
    });
  },
};
