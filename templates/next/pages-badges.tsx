import type { InitialData } from "milepost/react";
import type { GetServerSideProps, InferGetServerSidePropsType } from "next";
import { Badges } from "../milepost/badges.js";
import { milepost } from "../milepost/service.js";
import { isDevelopment, signInText, userIdOf } from "../milepost/user.js";

type Props = {
  userId: string | null;
  initial: InitialData | null;
  notice: string | null;
  isTry: boolean;
};

export const getServerSideProps: GetServerSideProps<Props> = async ({
  req,
}) => {
  const userId = await userIdOf(req.headers);
  if (userId === null)
    return {
      props: { userId, initial: null, notice: signInText, isTry: false },
    };
  const { service } = await milepost();
  if (isDevelopment && req.method === "POST") {
    // To try it in development. Your own code records what really happened,
    // with the id of what was completed.
    await service.record({
      userId,
      category: "lesson",
      itemKey: crypto.randomUUID(),
    });
    return { redirect: { destination: "/badges", statusCode: 303 } };
  }
  const initial = {
    progress: await service.getUserProgress(userId),
    milestones: service.getAllMilestones(),
  };
  // The Pages Router sends plain JSON, without dates.
  return {
    props: {
      userId,
      initial: JSON.parse(JSON.stringify(initial)),
      notice: null,
      isTry: isDevelopment,
    },
  };
};

export default function BadgesPage({
  userId,
  initial,
  notice,
  isTry,
}: InferGetServerSidePropsType<typeof getServerSideProps>) {
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
      {userId === null || initial === null ? (
        <p>{notice}</p>
      ) : (
        <>
          <Badges userId={userId} initial={initial} />
          {isTry && (
            <form method="post" style={{ marginTop: "2rem" }}>
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
      )}
    </main>
  );
}
