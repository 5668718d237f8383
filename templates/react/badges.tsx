"use client";
import { createClient } from "milepost/client";
import {
  AwardToaster,
  BadgeGrid,
  type InitialData,
  LevelBar,
  MilepostProvider,
} from "milepost/react";
import { useMemo } from "react";
import "milepost/react.css";

/** Shows the level and the badges of a user, and a toast for each new badge. */
export function Badges({
  userId,
  initial,
}: {
  userId: string;
  initial?: InitialData;
}) {
  const client = useMemo(() => createClient({ baseUrl: "/badges" }), []);
  return (
    <MilepostProvider
      client={client}
      userId={userId}
      {...(initial && { initial })}
    >
      <div style={{ display: "grid", gap: "2rem" }}>
        <LevelBar />
        <BadgeGrid />
      </div>
      <AwardToaster />
    </MilepostProvider>
  );
}
