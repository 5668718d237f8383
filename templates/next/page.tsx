import { revalidatePath } from "next/cache";
import { headers } from "next/headers";
import { connection } from "next/server";
import { Suspense } from "react";
import { milepost } from "../../milepost/service.js";
import { isDevelopment, signInText, userIdOf } from "../../milepost/user.js";
import { Badges } from "./badges.js";

export default function BadgesPage() {
  return (
    <main
      style={{
        width: "100%",
        maxWidth: "40rem",
        margin: "0 auto",
        padding: "2rem",
      }}
    >
      <h1
        style={{ marginBottom: "1.5rem", fontSize: "1.5rem", fontWeight: 600 }}
      >
        Your badges
      </h1>
      <Suspense fallback={<p>Loading…</p>}>
        <YourBadges />
      </Suspense>
    </main>
  );
}

async function YourBadges() {
  // Badges are of this user and this moment: do not render them ahead.
  await connection();
  const userId = await userIdOf(await headers());
  if (userId === null) return <p>{signInText}</p>;
  const { service } = await milepost();
  const initial = {
    progress: await service.getUserProgress(userId),
    milestones: service.getAllMilestones(),
  };
  return (
    <>
      <Badges userId={userId} initial={initial} />
      {isDevelopment && (
        <form action={finishLesson} style={{ marginTop: "2rem" }}>
          <button
            type="submit"
            style={{
              padding: "0.5rem 1rem",
              border: "1px solid",
              borderRadius: "0.5rem",
            }}
          >
            Finish a lesson
          </button>
        </form>
      )}
    </>
  );
}

/**
 * To try it in development. Your own code records what really happened, with
 * the id of what was completed.
 */
async function finishLesson() {
  "use server";
  const userId = await userIdOf(await headers());
  if (!isDevelopment || userId === null) return;
  const { service } = await milepost();
  await service.record({
    userId,
    category: "lesson",
    itemKey: crypto.randomUUID(),
  });
  revalidatePath("/badges");
}
