#include "features/compute/rules.h"

#include <gtest/gtest.h>

namespace compute {
namespace {

const Use kMoons{{"event", "1"}, "moons", "Two moons", true};
const Use kDraft{{"event", "2"}, "draft", "A draft", false};

TEST(Rules, ANameIsFreeWhereItsHolderFailedOrWasRetired) {
  struct Case {
    std::optional<State> holder;
    bool is_free;
  };
  for (const auto& c : {Case{std::nullopt, true}, Case{State::failed, true}, Case{State::retired, true},
                        Case{State::building, false}, Case{State::ready, false}}) {
    const auto why = why_not_asked("x", c.holder);
    EXPECT_EQ(!why, c.is_free);
    EXPECT_TRUE(!why || why->kind == base::ErrorKind::conflict);
  }
}

TEST(Rules, WhatIsUsedStaysAndByWhatIsSaid) {
  EXPECT_FALSE(why_not_retired("x", State::ready, {}));
  EXPECT_FALSE(why_not_retired("x", State::failed, {}));
  const auto used = why_not_retired("x", State::ready, {kMoons, kDraft});
  ASSERT_TRUE(used);
  EXPECT_EQ(used->message,
            "x is used by Two moons (moons), A draft (draft): it stays as long as they need it");
  EXPECT_TRUE(why_not_retired("x", State::building, {}));
  EXPECT_TRUE(why_not_retired("x", State::retired, {}));
  EXPECT_TRUE(why_not_retired("default", State::ready, {}));
}

TEST(Rules, OnlyWhatIsReadyIsChecked) {
  EXPECT_FALSE(why_not_checked("x", State::ready));
  for (const auto state : {State::building, State::failed, State::retired})
    EXPECT_TRUE(why_not_checked("x", state));
}

TEST(Rules, WhatIsNotAnnouncedIsForAdministrators) {
  people::Viewer viewer;
  EXPECT_EQ(shown_to(viewer, {kMoons, kDraft}, {}).size(), 1u);
  viewer.grants = {{{"person", "p"}, people::kPlatform, std::string(people::kAdministrator), {}}};
  EXPECT_EQ(shown_to(viewer, {kMoons, kDraft}, {}).size(), 2u);
}

TEST(Rules, WhereTheMachineKeepsThemIsNotSaid) {
  EXPECT_EQ(without_home("/srv/a/names/x and /srv/a/b", "/srv/a"), "$AGORA_HOME/names/x and $AGORA_HOME/b");
  EXPECT_EQ(without_home("nothing", "/srv/a"), "nothing");
  EXPECT_EQ(without_home("/srv/a", ""), "/srv/a");
}

TEST(Rules, EachStateHasItsWord) {
  for (const auto state : {State::building, State::ready, State::failed, State::retired})
    EXPECT_EQ(state_from(word_for(state)), state);
  EXPECT_FALSE(state_from("gone"));
}

}  // namespace
}  // namespace compute
