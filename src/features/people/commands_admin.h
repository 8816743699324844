// What `agora admin` asks of the server. Each prints and returns the exit code.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "machine/terminal/servers.h"

namespace people {

struct PeopleOptions {
  std::string query, standing;
  bool json = false;
};
terminal::Exit list_people(const PeopleOptions& options);

struct PersonOptions {
  std::vector<std::string> people;
  bool json = false;
};
terminal::Exit act_on_people(const std::string& act, const PersonOptions& options);  // approve, ...
terminal::Exit reset_password(const PersonOptions& options);

struct InviteOptions {
  std::string email, role;
  int days = 14;
  bool json = false;
};
terminal::Exit invite(const InviteOptions& options);

struct ListOrEndOptions {
  std::string end;  // the id of one that is to end
  bool json = false;
};
terminal::Exit list_invitations(const ListOrEndOptions& options);

struct RoleOptions {
  std::string person, give, take, event, until;
  bool json = false;
};
terminal::Exit roles(const RoleOptions& options);

struct TokenOptions {
  std::string make, end;
  std::vector<std::string> scopes{"read"};
  int days = 90;
  bool password_on_stdin = false;
  bool json = false;
};
terminal::Exit tokens(const TokenOptions& options);

struct SettingOptions {
  std::string name;
  std::optional<std::string> value;
  bool json = false;
};
terminal::Exit settings(const SettingOptions& options);

struct AuditOptions {
  std::string who, what;
  int limit = 50;
  bool verifies = false;
  bool json = false;
};
terminal::Exit show_audit(const AuditOptions& options);

// Prints the items as JSON, or the rows under their head; `nothing` where there are none.
terminal::Exit tell_list(const base::json::array& items, const std::vector<std::vector<std::string>>& rows,
                         std::string_view nothing, bool as_json);

}  // namespace people
