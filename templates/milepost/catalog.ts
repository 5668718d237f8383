import { defineCatalog } from "milepost";

/**
 * What your users can earn. An id is permanent, everything else can change: see
 * `npx milepost plan`.
 */
export const catalog = defineCatalog({
  levels: {
    thresholds: [30, 100, 300],
    names: ["Newcomer", "Learner", "Expert", "Master"],
  },
  labels: { lesson: { one: "lesson", other: "lessons", verb: "finish" } },
  milestones: [
    {
      id: "first-lesson",
      title: "First lesson",
      icon: "🎯",
      requirement: { type: "count", category: "lesson", target: 1 },
      reward: { points: 10 },
    },
    {
      id: "five-lessons",
      title: "Five lessons",
      icon: "🏅",
      requirement: { type: "count", category: "lesson", target: 5 },
      reward: { points: 50 },
    },
    {
      id: "three-days",
      title: "Three days in a row",
      icon: "🔥",
      requirement: {
        type: "streak",
        category: "lesson",
        every: "day",
        target: 3,
      },
      reward: { points: 30 },
    },
  ],
});
