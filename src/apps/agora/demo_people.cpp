#include <array>

#include "apps/agora/demo_story.h"

namespace agora {
namespace {

constexpr std::array kPeople{
    DemoPerson{"admin", "Noor Haddad", "administrator"},
    DemoPerson{"organiser", "Ingrid Solberg", "organiser"},
    DemoPerson{"ada", "Ada Okafor", "", "bdw"},
    DemoPerson{"mateus", "Mateus Ferreira", "", "bdw"},
    DemoPerson{"yuki", "Yuki Tanabe", "", "bw"},
    DemoPerson{"leila", "Leïla Benali", "", "bd"},
    DemoPerson{"tomasz", "Tomasz Wrona", "", "bw"},
    DemoPerson{"priya", "Priya Raman", "", "bd"},
    DemoPerson{"kwame", "Kwame Asante", "", "dw"},
    DemoPerson{"sofia", "Sofía Arriaga", "", "bw"},
    DemoPerson{"anders", "Anders Nyqvist", "", "bd"},
    DemoPerson{"thandiwe", "Thandiwe Mokoena", "", "bw"},
    DemoPerson{"minh", "Minh Đặng", "", "bd"},
    DemoPerson{"lucia", "Lucia Ferrante", "", "bw"},
    DemoPerson{"jiwoo", "Ji-woo Baek", "", "d"},
    DemoPerson{"nadia", "Nadia Petrenko", "", "dw"},
    DemoPerson{"carlos", "Carlos Huamán", "", "d"},
    DemoPerson{"elif", "Elif Karadağ", "", "d"},
    DemoPerson{"hina", "Hina Qureshi", "", "bd"},
    DemoPerson{"olena", "Olena Marchuk", "", "dw"},
    DemoPerson{"samuel", "Samuel Ouedraogo", "", "w"},
    DemoPerson{"maren", "Maren Vogelsang", "", "bw"},
    DemoPerson{"wei", "Wei Guo", "", "w"},
    DemoPerson{"aroha", "Aroha Tamihana", "", "b"},
    DemoPerson{"dov", "Dov Almagor", "", "bd"},
};

constexpr std::array kEvents{
    DemoEvent{.letter = 'w',
              .slug = "wind-power",
              .kit = "wind_quantiles",
              .summary = "Five quantiles of a wind farm's power, a day ahead",
              .has_hidden_data = true,
              .days_open = 1,
              .is_released = true},
    DemoEvent{.letter = 'b',
              .slug = "breast-masses",
              .kit = "breast_cancer",
              .summary = "Tell malignant masses from benign ones by thirty measurements of their cells",
              .has_hidden_data = true,
              .fit_seconds = 8,
              .days_open = 9},
    DemoEvent{.letter = 'd',
              .slug = "handwritten-digits",
              .kit = "digits",
              .summary = "For practice: read digits of eight by eight pixels"},
};

}  // namespace

std::span<const DemoPerson> demo_people() {
  return kPeople;
}

std::span<const DemoEvent> demo_events() {
  return kEvents;
}

}  // namespace agora
