#include <thread>

#include "features/people/store_grants.h"
#include "features/people/testing.h"

namespace people {
namespace {

namespace json = base::json;

class Grants : public WithServer {
 protected:
  static json::object grant(std::string_view kind, std::string_view id, std::string_view role) {
    return {{"subject", json::object{{"kind", kind}, {"id", id}}},
            {"object", json::object{{"kind", "platform"}, {"id", "platform"}}},
            {"role", role}};
  }
  Asker member(Asker& administrator, std::string_view name) {
    const auto code = text_of(administrator.post("/invitations", json::object{}), "/code");
    return signed_up(name, std::string(name) + "@example.org", code);
  }
  static std::string id_of(Asker& asker) { return text_of(asker.get("/me"), "/person/id"); }
};
INSTANTIATE_TEST_SUITE_P(Both, Grants, storage::both_kinds(), storage::kind_name);

TEST_P(Grants, CountFromTheNextRequestOn) {
  auto grace = administrator();
  auto ada = member(grace, "ada");
  EXPECT_EQ(ada.get("/me").at("roles").as_array().size(), 0u);
  const auto given = grace.post("/grants", grant("person", id_of(ada), "organiser"));
  EXPECT_EQ(text_of(ada.get("/me"), "/roles/0"), "organiser");
  EXPECT_EQ(ada.status("GET", "/grants"), 403);
  EXPECT_EQ(grace.status("DELETE", "/grants/" + text_of(given, "/id")), 204);
  EXPECT_EQ(ada.get("/me").at("roles").as_array().size(), 0u);
  EXPECT_EQ(grace.status("DELETE", "/grants/" + text_of(given, "/id")), 404);
}

TEST_P(Grants, AreGivenOnce) {
  auto grace = administrator();
  auto ada = member(grace, "ada");
  auto body = grant("person", id_of(ada), "organiser");
  const auto first = grace.post("/grants", body);
  body["expires_at"] = "2100-01-01T00:00:00Z";
  const auto second = grace.post("/grants", body);
  EXPECT_EQ(text_of(first, "/id"), text_of(second, "/id"));
  EXPECT_EQ(text_of(second, "/expires_at"), "2100-01-01T00:00:00Z");
  EXPECT_EQ(grace.get("/grants?object_kind=platform&object_id=platform").at("items").as_array().size(), 2u);
  EXPECT_EQ(grace.get("/grants?object_kind=event").at("items").as_array().size(), 0u);
  EXPECT_EQ(grace.status("POST", "/grants", grant("person", "01J9ZQ6W4T1V8N3M5K7R2B0XCD", "organiser")), 404);
  EXPECT_EQ(grace.status("POST", "/grants", grant("person", id_of(ada), "king")), 400);
  body["expires_at"] = "2001-01-01T00:00:00Z";
  EXPECT_EQ(grace.status("POST", "/grants", body), 400);
}

TEST_P(Grants, NameWhomTheyReachEachOnce) {
  auto grace = administrator();
  auto ada = member(grace, "ada"), bob = member(grace, "bob"), eve = member(grace, "eve");
  const auto group = grace.post("/groups", json::object{{"name", "coaches"}, {"title", "Coaches"}});
  const auto id = text_of(group, "/id");
  for (auto* one : {&ada, &bob, &eve}) grace.status("PUT", "/groups/" + id + "/members/" + id_of(*one));
  const auto give = [&](std::string_view kind, const std::string& to, std::string_view role) {
    auto body = grant(kind, to, role);
    body["object"] = json::object{{"kind", "event"}, {"id", "01J9ZQ6W4T1V8N3M5K7R2B0XCE"}};
    EXPECT_EQ(grace.status("POST", "/grants", body), 201);
  };
  give("group", id, "organiser");
  give("person", id_of(ada), "organiser");
  give("person", id_of(grace), "participant");
  grace.status("POST", "/people/" + id_of(eve) + "/close");
  auto found = storage::read(*database_, [](storage::Snapshot& snapshot) {
    return people_with(snapshot, kOrganiser, {"event", "01J9ZQ6W4T1V8N3M5K7R2B0XCE"}, base::now());
  });
  ASSERT_TRUE(found) << found.error().message;
  std::vector<std::string> ids;
  for (const auto& one : *found) ids.push_back(base::to_text(one));
  EXPECT_EQ(ids, (std::vector{id_of(ada), id_of(bob)})) << "not the participant, nor who was closed";
}

TEST_P(Grants, ReachTheMembersOfAGroup) {
  auto grace = administrator();
  auto ada = member(grace, "ada");
  const auto group = grace.post("/groups", json::object{{"name", "coaches"}, {"title", "Coaches"}});
  grace.post("/grants", grant("group", text_of(group, "/id"), "administrator"));
  EXPECT_EQ(ada.status("GET", "/audit"), 403);
  EXPECT_EQ(grace.status("PUT", "/groups/coaches/members/ada"), 204);
  EXPECT_EQ(grace.status("PUT", "/groups/coaches/members/ada"), 204);
  EXPECT_EQ(ada.status("GET", "/audit"), 200);
  EXPECT_EQ(text_of(ada.get("/groups/coaches/members"), "/items/0/handle"), "ada");
  EXPECT_EQ(ada.get("/groups/coaches").at("member_count").as_int64(), 1);
  EXPECT_EQ(grace.status("DELETE", "/groups/coaches/members/ada"), 204);
  EXPECT_EQ(ada.status("GET", "/audit"), 403);
  EXPECT_EQ(grace.status("DELETE", "/groups/coaches/members/ada"), 404);
  EXPECT_EQ(grace.status("PUT", "/groups/coaches/members/nobody"), 404);
  EXPECT_EQ(grace.status("PUT", "/groups/others/members/ada"), 404);
  EXPECT_EQ(grace.status("PUT", "/groups/coaches/members/ada"), 204);
  EXPECT_EQ(grace.status("DELETE", "/groups/coaches"), 204);
  EXPECT_EQ(ada.status("GET", "/audit"), 403);
  EXPECT_EQ(grace.get("/grants").at("items").as_array().size(), 1u) << "a group's grants go with it";
}

TEST_P(Grants, LeaveSomeoneToAdminister) {
  auto grace = administrator();
  auto ada = member(grace, "ada");
  const auto own = text_of(grace.get("/grants"), "/items/0/id");
  EXPECT_EQ(grace.status("DELETE", "/grants/" + own), 409);
  const auto group = grace.post("/groups", json::object{{"name", "admins"}, {"title", "Administrators"}});
  grace.post("/grants", grant("group", text_of(group, "/id"), "administrator"));
  EXPECT_EQ(grace.status("DELETE", "/grants/" + own), 409) << "an empty group administers nothing";
  EXPECT_EQ(grace.status("PUT", "/groups/admins/members/ada"), 204);
  EXPECT_EQ(grace.status("DELETE", "/grants/" + own), 204);
  EXPECT_EQ(grace.status("GET", "/audit"), 403);
  EXPECT_EQ(ada.status("DELETE", "/groups/admins/members/ada"), 409);
  EXPECT_EQ(ada.status("DELETE", "/groups/admins"), 409);
  EXPECT_EQ(ada.status("POST", "/people/ada/close"), 409);
}

TEST_P(Grants, OfOtherRoomsReachTheViewerAtOnce) {
  auto grace = administrator();
  auto ada = member(grace, "ada");
  ada.get("/me");
  const auto now = base::now();
  const Ref event{"event", "01J9ZQ6W4T1V8N3M5K7R2B0XCD"};
  const Grant joined{{"person", id_of(ada)}, event, std::string(kParticipant), {}};
  ASSERT_TRUE(
      storage::transact(*database_, [&](storage::Transaction& tx) { return add_grant(tx, joined, now); }));
  web::Request request;
  request.method = "GET";
  request.headers.add("Cookie", "agora_session=" + ada.cookie);
  const auto authenticate = room_->authenticator();
  const auto holds = [&] {
    request.viewer = *authenticate(request);
    return has_role(viewer_of(request), kParticipant, event, base::now());
  };
  EXPECT_TRUE(holds());
  const auto on =
      storage::read(*database_, [&](storage::Snapshot& session) { return grants_on(session, event, now); });
  ASSERT_EQ(on->size(), 1u);
  EXPECT_EQ(on->front().subject.id, id_of(ada));
  ASSERT_TRUE(
      storage::transact(*database_, [&](storage::Transaction& tx) { return remove_grant(tx, joined); }));
  EXPECT_FALSE(holds());
  ASSERT_TRUE(storage::transact(*database_, [&](storage::Transaction& tx) {
    return add_grant(tx, {joined.subject, event, joined.role, now - std::chrono::seconds(1)}, now);
  }));
  EXPECT_FALSE(holds()) << "expired";
}

TEST_P(Grants, AreNotAskedOfTheDatabaseEachTime) {
  auto grace = administrator();
  std::this_thread::sleep_for(std::chrono::milliseconds(2100));  // since the grant of the invitation
  const auto authenticate = room_->authenticator();
  web::Request request;
  request.method = "GET";
  request.headers.add("Cookie", "agora_session=" + grace.cookie);
  request.viewer = *authenticate(request);
  const auto& kept = viewer_of(request);
  web::Request again;
  again.method = "GET";
  again.headers.add("Cookie", "agora_session=" + grace.cookie);
  again.viewer = *authenticate(again);
  EXPECT_EQ(&viewer_of(again), &kept) << "the same value in memory";
}

TEST_P(Grants, FindPeopleInBulk) {
  auto grace = administrator();
  const PersonId id(*base::ulid_from(id_of(grace)));
  std::vector<PersonId> ids(1200, id);
  ids.push_back(PersonId(base::make_ulid(base::now())));
  const auto found =
      storage::read(*database_, [&](storage::Snapshot& session) { return find_people(session, ids); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->front().handle, "grace-hopper");
  const auto nobody =
      storage::read(*database_, [&](storage::Snapshot& session) { return find_person(session, ids.back()); });
  ASSERT_TRUE(nobody);
  EXPECT_FALSE(*nobody);
}

}  // namespace
}  // namespace people
