// The options of `agora admin`.
#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include "features/people/commands.h"
#include "features/people/commands_admin.h"

namespace people {

using terminal::Exit;
namespace {

// A subcommand whose options live as long as it.
template <class Options>
CLI::App* add_command(CLI::App& parent, Exit& exit, const char* name, const char* summary,
                      const char* example, const std::shared_ptr<Options>& options,
                      Exit (*run)(const Options&)) {
  auto* command = parent.add_subcommand(name, summary);
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer(fmt::format("Example:\n  agora admin {}", example));
  command->callback([options, run, &exit] { exit = run(*options); });
  return command;
}

void add_act(CLI::App& parent, Exit& exit, const char* act, const char* summary) {
  auto options = std::make_shared<PersonOptions>();
  auto* command = parent.add_subcommand(act, summary);
  command->add_option("PERSON", options->people, "Handles or ids")->required();
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer(fmt::format("Example:\n  agora admin {} ada-lovelace", act));
  command->callback([options, act, &exit] { exit = act_on_people(act, *options); });
}

}  // namespace

void add_admin_people(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<PeopleOptions>();
  auto* command =
      add_command(parent, exit, "people", "List people", "people --standing pending", options, list_people);
  command->add_option("QUERY", options->query, "Part of a name, handle or email address");
  command->add_option("--standing", options->standing, "Only these")
      ->check(CLI::IsMember({"pending", "active", "refused", "closed"}));
}

void add_admin_acts(CLI::App& parent, Exit& exit) {
  add_act(parent, exit, "approve", "Let people in who signed up");
  add_act(parent, exit, "refuse", "Turn people away who signed up");
  add_act(parent, exit, "close", "Close accounts: nobody signs in to them, what they made stays");
  add_act(parent, exit, "reopen", "Open closed accounts again");
  auto options = std::make_shared<PersonOptions>();
  auto* reset = add_command(parent, exit, "reset", "Make a code with which a person chooses a new password",
                            "reset ada-lovelace", options, reset_password);
  reset->add_option("PERSON", options->people, "A handle or id")->required()->expected(1);
}

void add_admin_invite(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<InviteOptions>();
  auto* command = add_command(parent, exit, "invite", "Make an invitation, and print its code",
                              "invite --email ada@example.org --role organiser", options, invite);
  command->add_option("--email", options->email, "Only this address may use it");
  command->add_option("--role", options->role, "A role that comes with it")
      ->check(CLI::IsMember({"administrator", "organiser"}));
  command->add_option("--days", options->days, "How long it lasts")
      ->capture_default_str()
      ->check(CLI::Range(1, 365));
}

void add_admin_invitations(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<ListOrEndOptions>();
  auto* command = add_command(parent, exit, "invitations", "List open invitations", "invitations", options,
                              list_invitations);
  command->add_option("--end", options->end, "End one, by its id");
}

void add_admin_roles(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<RoleOptions>();
  auto* command = add_command(parent, exit, "roles", "Show, give and take roles",
                              "roles ada-lovelace --give organiser", options, roles);
  command->add_option("PERSON", options->person, "A handle or id");
  command->add_option("--give", options->give,
                      "administrator or organiser; of an event organiser or participant");
  command->add_option("--take", options->take, "A role to take away")->excludes("--give");
  command->add_option("--event", options->event, "Roles of this event instead of the platform's");
  command->add_option("--until", options->until, "When a given role ends: \"2026-12-04 18:00\", +30d");
}

void add_admin_tokens(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<TokenOptions>();
  auto* command = add_command(parent, exit, "tokens", "List your tokens, make one for a script, end one",
                              "tokens --make \"nightly board\" --scopes read --days 30", options, tokens);
  command->add_option("--make", options->make, "Make a token of this name, and print it");
  command->add_option("--scopes", options->scopes, "What it may do: read, submit, organise, admin, worker")
      ->delimiter(',')
      ->check(CLI::IsMember({"read", "submit", "organise", "admin", "worker"}))
      ->capture_default_str();
  command->add_option("--days", options->days, "How long it lasts")
      ->capture_default_str()
      ->check(CLI::Range(1, 366));
  command->add_option("--end", options->end, "End one, by its id")->excludes("--make");
  command->add_flag("--password-stdin", options->password_on_stdin,
                    "Read the password, which --make and --end ask for, from standard input");
}

void add_admin_settings(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<SettingOptions>();
  auto* command = add_command(parent, exit, "settings", "Show settings, or change one",
                              "settings sign_up approved", options, settings);
  command->add_option("NAME", options->name, "A setting");
  command->add_option("VALUE", options->value, "Its new value");
}

void add_admin_audit(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<AuditOptions>();
  auto* command =
      add_command(parent, exit, "audit", "Show who did what, or verify that nobody changed the record",
                  "audit --what event.open", options, show_audit);
  command->add_option("--who", options->who, "Only what this person did");
  command->add_option("--what", options->what, "Only acts of this kind");
  command->add_option("--limit", options->limit, "How many")
      ->capture_default_str()
      ->check(CLI::Range(1, 10000));
  command->add_flag("--verify", options->verifies, "Recompute the chain; exit code 1 where it breaks");
}

}  // namespace people
